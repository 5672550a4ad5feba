// The list of sessions as a fold: pages of the list and `session.updated` events, whichever comes first.
//
// Always true: of two states of a session the one with the greater `lastEventId` stays; `order` holds neither
// archived nor deleted sessions, pinned ones first, then the newest.
import type { Event, Session, SessionList } from '../api/types'

export interface Sessions {
  readonly status: 'loading' | 'ready' | 'error'
  /** Also archived and deleted ones that were heard of. */
  readonly byId: ReadonlyMap<string, Session>
  readonly order: readonly Session[]
  /** Archived ones that were heard of, the newest first. */
  readonly archived: readonly Session[]
  /** Asks for the next page; `null`: there is none. */
  readonly nextCursor: string | null
}

export const noSessions: Sessions = {
  status: 'loading',
  byId: new Map(),
  order: [],
  archived: [],
  nextCursor: null,
}

/** The list after its first page, without anything known before that the page leaves out. */
export function firstPage(list: SessionList): Sessions {
  return withSessions({ ...noSessions, status: 'ready', nextCursor: list.nextCursor ?? null }, list.items)
}

export function nextPage(sessions: Sessions, list: SessionList): Sessions {
  return withSessions({ ...sessions, nextCursor: list.nextCursor ?? null }, list.items)
}

export function withEvent(sessions: Sessions, event: Event): Sessions {
  return event.type === 'session.updated' ? withSessions(sessions, [event.session]) : sessions
}

/** Puts in what is newer than what is known. */
export function withSessions(sessions: Sessions, items: readonly Session[]): Sessions {
  const newer = items.filter((item) => {
    const known = sessions.byId.get(item.id)
    return !known || item.lastEventId > known.lastEventId
  })
  if (newer.length === 0) return sessions
  const byId = new Map(sessions.byId)
  for (const session of newer) byId.set(session.id, session)
  const known = [...byId.values()].filter((session) => !session.deletedAt).sort(byPlace)
  return {
    ...sessions,
    byId,
    order: known.filter((session) => !session.archived),
    archived: known.filter((session) => session.archived),
  }
}

function byPlace(a: Session, b: Session): number {
  return Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)
}

export interface SessionGroup {
  key: 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | 'older'
  items: readonly Session[]
}

const DAY_MS = 86_400_000

/** The list cut into groups by the reader's own calendar days; empty groups are left out. */
export function groupSessions(items: readonly Session[], now: number): readonly SessionGroup[] {
  const today = new Date(now).setHours(0, 0, 0, 0)
  const keyOf = (session: Session): SessionGroup['key'] => {
    if (session.pinned) return 'pinned'
    if (session.updatedAt >= today) return 'today'
    if (session.updatedAt >= today - DAY_MS) return 'yesterday'
    if (session.updatedAt >= today - 7 * DAY_MS) return 'week'
    if (session.updatedAt >= today - 30 * DAY_MS) return 'month'
    return 'older'
  }
  const groups = new Map<SessionGroup['key'], Session[]>()
  for (const session of items) {
    const key = keyOf(session)
    const group = groups.get(key)
    if (group) group.push(session)
    else groups.set(key, [session])
  }
  return [...groups].map(([key, group]) => ({ key, items: group }))
}
