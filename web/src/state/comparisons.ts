// Answers to one message that several models gave: which belong together, and whether they stand side by side.
//
// Always true: an answer that was tried again stands in the place of the earlier try; whether they stand side by side is
// the page's and lives as long as it.
import { useCallback } from 'react'
import type { Thread } from './fold'
import { Store, sameList, useSelected } from './store'
import { type ThreadStatus, threadOf } from './threads'

/** The answers that `id` is compared with, itself included, in the order asked. Empty: it is compared with none. */
export function comparedWith(thread: Thread, id: string): readonly string[] {
  const message = thread.messages.get(id)
  const group = message?.metadata?.comparison?.group
  if (!message || group === undefined) return []
  const places = new Map<number, string>()
  for (const sibling of thread.branches.get(message.parentId ?? '') ?? []) {
    const other = thread.messages.get(sibling)
    const place = other?.metadata?.comparison
    if (other && !other.deletedAt && place?.group === group) places.set(place.index, sibling)
  }
  const ids = [...places].sort(([a], [b]) => a - b).map(([, place]) => place)
  return ids.length > 1 ? ids : []
}

/** The open answers that run or wait together with `id`; itself alone where it is not compared. */
export function turnOf(thread: Thread, id: string): readonly string[] {
  const group = thread.messages.get(id)?.metadata?.comparison?.group
  if (group === undefined) return [id]
  return thread.open.filter((open) => thread.messages.get(open)?.metadata?.comparison?.group === group)
}

export function useCompared(sessionId: string, id: string): readonly string[] {
  const select = useCallback(({ thread }: ThreadStatus) => comparedWith(thread, id), [id])
  return useSelected(threadOf(sessionId).store, select, sameList)
}

/** What the person opened and closed, by group. */
const opened = new Store<ReadonlyMap<string, boolean>>(new Map())

/** What the person last said of it. `undefined`: nothing. */
export function useSideBySide(group: string | undefined): boolean | undefined {
  const select = useCallback((all: ReadonlyMap<string, boolean>) => all.get(group ?? ''), [group])
  return useSelected(opened, select)
}

export function setSideBySide(group: string, open: boolean): void {
  opened.update((all) => new Map(all).set(group, open))
}
