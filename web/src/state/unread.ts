// Which sessions have an answer that ended and that this browser has not shown yet, kept over a reload.
//
// Always true: what was last changed before this browser first saw the list counts as read; so does what was forgotten
// because too many are kept. What is remembered of a session is the end of its branch when it was shown: renaming or
// filing a session makes nothing unread.
import { useEffect } from 'react'
import type { Session } from '../api/types'
import { Store, useSelected } from './store'

const KEY = 'cowork.seen'
/** Sessions that are remembered. */
const KEPT = 500

export interface Seen {
  /** Changed at this time or before: read. */
  readonly since: number
  /** By session: the last message that was shown, and when the session had last changed. */
  readonly sessions: Readonly<Record<string, readonly [leaf: string, at: number]>>
}

/** Whether it ended with something that was not shown. */
export function isUnread(session: Session, seen: Seen | undefined): boolean {
  if (!seen || !session.activeLeafId || session.activity === 'running') return false
  const mark = seen.sessions[session.id]
  return session.updatedAt > seen.since && mark?.[0] !== session.activeLeafId
}

/** After a session was shown; what was shown the longest ago is forgotten as read. */
export function withShown(seen: Seen, session: Session, kept = KEPT): Seen {
  if (!session.activeLeafId || session.activity === 'running') return seen
  if (seen.sessions[session.id]?.[0] === session.activeLeafId) return seen
  const sessions = { ...seen.sessions, [session.id]: [session.activeLeafId, session.updatedAt] as const }
  const oldest = Object.entries(sessions).sort(([, a], [, b]) => a[1] - b[1])
  const over = oldest.slice(0, Math.max(0, oldest.length - kept))
  for (const [id] of over) delete sessions[id]
  return { since: Math.max(seen.since, ...over.map(([, mark]) => mark[1])), sessions }
}

const seenStore = new Store<Seen | undefined>(stored())

function stored(): Seen | undefined {
  try {
    const seen: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    if (!seen || typeof seen !== 'object' || !('since' in seen) || !('sessions' in seen)) return undefined
    if (typeof seen.since !== 'number' || typeof seen.sessions !== 'object' || !seen.sessions)
      return undefined
    const marks = Object.entries(seen.sessions).filter(([, mark]) => Array.isArray(mark) && mark.length === 2)
    return { since: seen.since, sessions: Object.fromEntries(marks) }
  } catch {
    return undefined
  }
}

function set(seen: Seen): void {
  if (seen === seenStore.get()) return
  seenStore.set(seen)
  try {
    localStorage.setItem(KEY, JSON.stringify(seen))
  } catch {
    // The browser's store is full: it is known as long as the page.
  }
}

// Another tab of this browser showed something.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) seenStore.set(stored())
  })
}

/** The list as this browser first sees it: all of it is read. */
export function beginUnread(items: readonly Session[]): void {
  if (!seenStore.get())
    set({ since: Math.max(0, ...items.map((session) => session.updatedAt)), sessions: {} })
}

/** Remembers that the session is on screen, as far as the page is. */
export function useShown(session: Session | undefined): void {
  useEffect(() => {
    if (!session) return
    const note = () => {
      const seen = seenStore.get()
      if (seen && document.visibilityState === 'visible') set(withShown(seen, session))
    }
    note()
    document.addEventListener('visibilitychange', note)
    return () => document.removeEventListener('visibilitychange', note)
  }, [session])
}

export function useIsUnread(session: Session): boolean {
  return useSelected(seenStore, (seen) => isUnread(session, seen))
}
