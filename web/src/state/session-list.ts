// The list of sessions as a fold: pages of the list and `session.updated` events, whichever comes first.
//
// Always true: of two states of a session the one with the greater `lastEventId` stays; the lists have pinned ones
// first, then the newest; `order` holds what is neither archived nor deleted nor in a folder.
import type { Event, Session, SessionList } from '../api/types'

const DAY_MS = 86_400_000

export interface Sessions {
  readonly status: 'loading' | 'ready' | 'error'
  /** Also archived and deleted ones that were heard of. */
  readonly byId: ReadonlyMap<string, Session>
  readonly order: readonly Session[]
  /** All that are neither archived nor deleted, wherever they are filed. */
  readonly listed: readonly Session[]
  /** Archived ones that were heard of, the newest first. */
  readonly archived: readonly Session[]
  /** Asks for the next page of `order`; `null`: there is none. */
  readonly nextCursor: string | null
  /** Changes with each first page: what else was loaded may be out of date. */
  readonly loads: number
  /** Changes when a session came to be filed elsewhere: labels that were counted are out of date. */
  readonly filings: number
}

export const noSessions: Sessions = {
  status: 'loading',
  byId: new Map(),
  order: [],
  listed: [],
  archived: [],
  nextCursor: null,
  loads: 0,
  filings: 0,
}

/** The list after its first page, without anything known before that the page leaves out. */
export function firstPage(list: SessionList, before: Sessions = noSessions): Sessions {
  return taken(
    {
      ...noSessions,
      status: 'ready',
      nextCursor: list.nextCursor ?? null,
      loads: before.loads + 1,
      filings: before.filings,
    },
    list.items,
  )
}

export function nextPage(sessions: Sessions, list: SessionList): Sessions {
  return withPage({ ...sessions, nextCursor: list.nextCursor ?? null }, list.items)
}

/** Puts in a page of whatever list. It may tell of a filing before the event does, which then changes nothing more. */
export function withPage(sessions: Sessions, items: readonly Session[]): Sessions {
  return filed(sessions, items, (item) => sessions.byId.has(item.id) && isFiledAnew(sessions, item))
}

export function withEvent(sessions: Sessions, event: Event): Sessions {
  return event.type === 'session.updated' ? withSessions(sessions, [event.session]) : sessions
}

/** Puts in what an event or a command's answer says, as far as it is newer than what is known. */
export function withSessions(sessions: Sessions, items: readonly Session[]): Sessions {
  return filed(sessions, items, (item) => isFiledAnew(sessions, item))
}

function filed(sessions: Sessions, items: readonly Session[], isAnew: (item: Session) => boolean): Sessions {
  const filings = items.filter(isAnew).length
  const after = taken(sessions, items)
  return filings === 0 || after === sessions ? after : { ...after, filings: after.filings + filings }
}

/** Puts in sessions, as far as they are newer than what is known. */
export function taken(sessions: Sessions, items: readonly Session[]): Sessions {
  const newer = items.filter((item) => {
    const known = sessions.byId.get(item.id)
    return !known || item.lastEventId > known.lastEventId
  })
  if (newer.length === 0) return sessions
  const byId = new Map(sessions.byId)
  for (const session of newer) byId.set(session.id, session)
  const live = newer.filter((session) => byId.get(session.id) === session && !session.deletedAt).sort(byPlace)
  const changed = new Set(newer.map((session) => session.id))
  const listed = merged(
    sessions.listed,
    changed,
    live.filter((session) => !session.archived),
  )
  const archived = merged(
    sessions.archived,
    changed,
    live.filter((session) => session.archived),
  )
  return { ...sessions, byId, listed, archived, order: listed.filter((session) => !session.folder) }
}

/** Of thousands a few change at a time: they are put in their places, the others stay in order. */
function merged(
  before: readonly Session[],
  changed: ReadonlySet<string>,
  added: readonly Session[],
): readonly Session[] {
  const after: Session[] = []
  let next = 0
  for (const session of before) {
    if (changed.has(session.id)) continue
    for (let one = added[next]; one && byPlace(one, session) < 0; one = added[next]) {
      after.push(one)
      next += 1
    }
    after.push(session)
  }
  return after.concat(added.slice(next))
}

function byPlace(a: Session, b: Session): number {
  return Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)
}

/** Whether it may count under other labels than before. One that was not known may come out of a closed folder. */
function isFiledAnew({ byId }: Sessions, now: Session): boolean {
  const known = byId.get(now.id)
  return !known || (now.lastEventId > known.lastEventId && labelsOf(known) !== labelsOf(now))
}

function labelsOf(session: Session): string {
  if (session.archived || session.deletedAt) return '[null]'
  return JSON.stringify([session.folder ?? null, ...tagsOf(session)])
}

/** Its tags; none is written for none. */
export function tagsOf(session: Session): string[] {
  return session.tags ?? NO_TAGS
}

const NO_TAGS: string[] = []

/** Deleted ones that were heard of and can still be restored at `now`, the last deleted first. */
export function deletedSessions(sessions: Sessions, now: number): readonly Session[] {
  const kept = [...sessions.byId.values()].filter(
    (session) => session.deletedAt && purgedAt(session.deletedAt) > now,
  )
  return kept.sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0) || (a.id < b.id ? 1 : -1))
}

/** When what was deleted goes for good. */
export function purgedAt(deletedAt: number): number {
  return deletedAt + 30 * DAY_MS
}

export interface SessionGroup {
  key: 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | 'older'
  items: readonly Session[]
}

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
