// What components see of a thread: its rows, one message, the text of the one that streams.
//
// Always true: a row renders again when its own message, its branches or its delivery changed, not when others did.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { ApiError } from '../api/error'
import type { ChatMessage } from '../api/types'
import { turnOf } from './comparisons'
import { loadShown, showThread } from './connection'
import { hasEarlier, type LiveText, type Thread } from './fold'
import { LOCAL, type Outgoing, outbox, settle } from './outbox'
import { ensureSession } from './sessions'
import { sameFields, sameList, useSelected } from './store'
import { noThread, type ThreadStatus, threadOf } from './threads'

export interface ThreadView {
  status: 'loading' | 'ready' | 'missing' | 'error'
  problem: ApiError | undefined
  /** The active branch, oldest first; messages of the outbox come last, under ids that begin with `local:`. */
  rows: readonly string[]
  /** The same for a message before and after its acknowledgement. */
  keyOf(id: string): string
  hasMore: boolean
  loadingEarlier: boolean
  loadEarlier(): void
  retry(): void
  /** The answers that are being made now (pending or streaming): none, one, or those of one comparison. */
  running: readonly string[]
  /** The turns that wait, in order, each by its first answer. */
  waiting: readonly string[]
  /** Where in that line the turn of this answer stands, from 0; -1: it does not wait. */
  placeOf(id: string): number
}

/** Loads the session and follows its events for as long as it is mounted. */
export function useThread(id: string): ThreadView {
  const thread = threadOf(id)
  useEffect(() => {
    const unsettle = thread.store.subscribe(() => settle(thread.current))
    const unsettleSent = outbox.subscribe(() => settle(thread.current))
    const leave = showThread(thread)
    void ensureSession(thread.sessionId)
    return () => {
      unsettle()
      unsettleSent()
      leave()
    }
  }, [thread])

  const view = useSelected(thread.store, rowsOf, sameRows)
  const own = useCallback((entries: readonly Outgoing[]) => localRows(entries, id), [id])
  const local = useSelected(outbox, own, sameList)
  const loadEarlier = useCallback(() => void thread.loadEarlier(), [thread])
  const retry = useCallback(() => void loadShown(thread), [thread])
  const keyOf = useCallback((row: string) => keyOfRow(thread.current, row), [thread])
  const { waiting } = view
  const placeOf = useCallback(
    (answer: string) => waiting.indexOf(turnOf(thread.current, answer)[0] ?? ''),
    [thread, waiting],
  )
  return useMemo(
    () => ({
      ...view,
      rows: local.length === 0 ? view.rows : [...view.rows, ...local],
      loadEarlier,
      retry,
      keyOf,
      placeOf,
    }),
    [view, local, loadEarlier, retry, keyOf, placeOf],
  )
}

/** Loads all of the session's active branch, unless it has more than `most` messages. */
export const loadWhole = (id: string, most: number) => threadOf(id).loadWhole(most)

type Rows = Omit<ThreadView, 'keyOf' | 'placeOf' | 'loadEarlier' | 'retry'>

function rowsOf({ thread, status, problem, loadingEarlier, promoted }: ThreadStatus): Rows {
  const running = runningOf(thread, promoted)
  return {
    status,
    problem,
    rows: thread.rows,
    hasMore: hasEarlier(thread),
    loadingEarlier,
    running,
    waiting: thread.open.filter((id) => !running.includes(id) && turnOf(thread, id)[0] === id),
  }
}

function sameRows(a: Rows, b: Rows): boolean {
  const rest = (view: Rows) => ({ ...view, waiting: null, running: null })
  return sameList(a.waiting, b.waiting) && sameList(a.running, b.running) && sameFields(rest(a), rest(b))
}

/** The answers that are being made here. */
export function useRunning(id: string | null): readonly string[] {
  const select = useCallback(
    ({ thread, promoted }: ThreadStatus) => (id === null ? [] : runningOf(thread, promoted)),
    [id],
  )
  return useSelected(id === null ? noThread : threadOf(id).store, select, sameList)
}

/** The turn with text; else the one sent now from here; else the oldest, since turns start in order. */
export function runningOf(thread: Thread, promoted: string | null): readonly string[] {
  const streaming = thread.open.find((id) => thread.messages.get(id)?.status === 'streaming')
  const sentNow = promoted && thread.open.includes(promoted) ? promoted : undefined
  const one = streaming ?? sentNow ?? thread.open[0]
  return one === undefined ? [] : turnOf(thread, one)
}

/** What the person asked on the shown branch, newest first, each once; only what is loaded. */
export function promptsOf(id: string): readonly string[] {
  const { thread } = threadOf(id).store.get()
  const said = thread.rows.flatMap((row) => {
    const message = thread.messages.get(row)
    return message?.role === 'user' && message.content ? [message.content] : []
  })
  return [...new Set(said.reverse())]
}

function localRows(entries: readonly Outgoing[], sessionId: string): readonly string[] {
  return entries.filter((entry) => entry.sessionId === sessionId).map((entry) => LOCAL + entry.id)
}

function keyOfRow(thread: Thread, row: string): string {
  if (row.startsWith(LOCAL)) return row
  const message = thread.messages.get(row)
  return message?.role === 'user' && message.clientRequestId ? LOCAL + message.clientRequestId : row
}

export interface BranchInfo {
  /** From 0. */
  index: number
  count: number
  siblings: readonly string[]
}

export interface MessageView {
  message: ChatMessage
  branch: BranchInfo | undefined
  /** Only messages of the outbox. */
  delivery: 'sending' | 'retrying' | 'failed' | undefined
  /** Why a message of the outbox could not be sent. */
  problem: ApiError | undefined
}

export function useMessage(sessionId: string, id: string): MessageView | undefined {
  const selectMessage = useCallback(({ thread }: ThreadStatus) => thread.messages.get(id), [id])
  const selectSiblings = useCallback(({ thread }: ThreadStatus) => siblingsOf(thread, id), [id])
  const selectEntry = useCallback(
    (entries: readonly Outgoing[]) => entries.find((entry) => LOCAL + entry.id === id),
    [id],
  )
  const { store } = threadOf(sessionId)
  const message = useSelected(store, selectMessage)
  const siblings = useSelected(store, selectSiblings)
  const entry = useSelected(outbox, selectEntry)
  return useMemo(() => {
    if (entry) return { message: draftMessage(entry), branch: undefined, ...deliveryOf(entry) }
    if (!message) return undefined
    const branch = siblings && { siblings, count: siblings.length, index: siblings.indexOf(id) }
    return { message, branch, delivery: undefined, problem: undefined }
  }, [message, siblings, entry, id])
}

function siblingsOf(thread: Thread, id: string): readonly string[] | undefined {
  const message = thread.messages.get(id)
  const siblings = message && thread.branches.get(message.parentId ?? '')
  return siblings && siblings.length > 1 ? siblings : undefined
}

function deliveryOf(entry: Outgoing): Pick<MessageView, 'delivery' | 'problem'> {
  return { delivery: entry.delivery === 'sent' ? 'sending' : entry.delivery, problem: entry.problem }
}

/** How a message looks that the server has not confirmed. */
function draftMessage(entry: Outgoing): ChatMessage {
  return {
    id: LOCAL + entry.id,
    sessionId: entry.sessionId,
    role: 'user',
    content: entry.message.content,
    attachments: [...(entry.message.attachments ?? [])],
    createdAt: entry.createdAt,
    updatedAt: entry.createdAt,
    status: 'done',
    revision: 1,
    clientRequestId: entry.id,
  }
}

/** The text so far of a streaming message; `undefined` when it does not stream. */
export function useLiveText(sessionId: string, id: string): LiveText | undefined {
  const thread = threadOf(sessionId)
  const subscribe = useCallback((listener: () => void) => thread.subscribeLive(id, listener), [thread, id])
  return useSyncExternalStore(subscribe, () => thread.live(id))
}

/** All text of a message so far. `undefined`: it is not loaded. */
export function textOf(sessionId: string, id: string): string | undefined {
  const thread = threadOf(sessionId)
  return thread.live(id)?.content ?? thread.current.messages.get(id)?.content
}

/** The texts of the answers on the branch shown, newest first, as far as they are loaded; one that streams has what came so far. */
export function answersFromEnd(sessionId: string): string[] {
  const thread = threadOf(sessionId)
  const { rows, messages } = thread.current
  return rows.toReversed().flatMap((id) => {
    const message = messages.get(id)
    if (message?.role !== 'assistant' || message.deletedAt) return []
    const text = thread.live(id)?.content ?? message.content
    return text === '' ? [] : [text]
  })
}
