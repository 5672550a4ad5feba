// Loads the session list and keeps it; the one store of what is known about sessions.
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api, type SessionFilter } from '../api/routes'
import type { Session, SessionList } from '../api/types'
import {
  deletedSessions,
  firstPage,
  nextPage,
  noSessions,
  type Sessions,
  tagsOf,
  taken,
  withPage,
  withSessions,
} from './session-list'
import { Store, useSelected, useStore } from './store'
import { beginUnread } from './unread'

const PAGE = 60

export const sessionStore = new Store<Sessions>(noSessions)
let loadingMore = false
/** The one that the page shows or showed last; it may be on no page of the list. */
let shown: string | undefined

/** Fetches the list anew and gives the position that its events go on after; `undefined` when it can't be had. */
export async function loadSessions(): Promise<number | undefined> {
  try {
    const list = await api.sessions({ limit: PAGE, folder: '' })
    // What was heard of meanwhile is newer than the page; deleted, archived and filed ones are on none.
    const stays = (known: Session) =>
      known.deletedAt ||
      known.archived ||
      known.folder ||
      known.id === shown ||
      known.lastEventId > list.lastEventId
    sessionStore.update((before) => taken(firstPage(list, before), [...before.byId.values()].filter(stays)))
    beginUnread(list.items)
    return list.lastEventId
  } catch {
    sessionStore.update((sessions) =>
      sessions.status === 'ready' ? sessions : { ...sessions, status: 'error' },
    )
    return undefined
  }
}

async function loadMore(): Promise<void> {
  const cursor = sessionStore.get().nextCursor
  if (!cursor || loadingMore) return
  loadingMore = true
  try {
    const list = await api.sessions({ limit: PAGE, folder: '', cursor })
    sessionStore.update((sessions) => nextPage(sessions, list))
  } catch {
    // The list stays as it is; scrolling to its end asks again.
  } finally {
    loadingMore = false
  }
}

/** Takes a command's answer in, unless an event has brought something newer already. */
export function learnSession(session: Session): void {
  sessionStore.update((sessions) => withSessions(sessions, [session]))
}

/** Makes sure that the session on screen, which maybe no loaded page holds, is known and stays known. */
export async function ensureSession(id: string): Promise<void> {
  shown = id
  if (sessionStore.get().byId.has(id)) return
  try {
    learnSession(await api.session(id))
  } catch {
    // The thread says what is wrong with the session.
  }
}

export interface SessionsView {
  status: 'loading' | 'ready' | 'error'
  /** In the order of the list. */
  items: readonly Session[]
  hasMore: boolean
  loadMore(): void
  retry(): void
}

export function useSessions(): SessionsView {
  const sessions = useStore(sessionStore)
  const more = useCallback(() => void loadMore(), [])
  const retry = useCallback(() => {
    sessionStore.update((known) => ({ ...known, status: 'loading' }))
    void loadSessions()
  }, [])
  return useMemo(
    () => ({
      status: sessions.status,
      items: sessions.order,
      hasMore: sessions.nextCursor !== null,
      loadMore: more,
      retry,
    }),
    [sessions, more, retry],
  )
}

/** A list besides the main one: its pages are asked for when the view opens, changes come with their events. */
function useListed(query: SessionFilter, select: (sessions: Sessions) => readonly Session[]): SessionsView {
  const sessions = useStore(sessionStore)
  const [page, setPage] = useState<Page>(NO_PAGE)
  const { archived = false, deleted = false, tag } = query
  const ask = useCallback(
    async (cursor?: string) => {
      setPage((before) => ({ ...before, asking: true }))
      const list = await fetchPage({ archived, deleted, ...(tag === undefined ? {} : { tag }) }, cursor)
      setPage((before) =>
        list
          ? { status: 'ready', next: list.nextCursor ?? null, asking: false }
          : { ...before, status: before.status === 'ready' ? 'ready' : 'error', asking: false },
      )
    },
    [archived, deleted, tag],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that is fetched anew has this one fetched anew.
  useEffect(() => void ask(), [ask, sessions.loads])
  const items = useMemo(() => select(sessions), [sessions, select])
  return useMemo(
    () => ({
      status: page.status,
      items,
      hasMore: page.next !== null,
      loadMore: () => {
        if (page.next && !page.asking) void ask(page.next)
      },
      retry: () => {
        setPage((before) => ({ ...before, status: 'loading' }))
        void ask()
      },
    }),
    [page, items, ask],
  )
}

interface Page {
  status: SessionsView['status']
  next: string | null
  asking: boolean
}

const NO_PAGE: Page = { status: 'loading', next: null, asking: false }

/** One page of a list besides the main one, taken in; `undefined`: it can't be had. */
export async function fetchPage(query: SessionFilter, cursor?: string): Promise<SessionList | undefined> {
  try {
    const list = await api.sessions({ limit: PAGE, ...query, ...(cursor ? { cursor } : {}) })
    sessionStore.update((known) => withPage(known, list.items))
    return list
  } catch {
    return undefined
  }
}

/** Archived ones. */
export function useArchivedSessions(): SessionsView {
  return useListed(ARCHIVED, archivedOf)
}

const ARCHIVED: SessionFilter = { archived: true }
const archivedOf = (sessions: Sessions) => sessions.archived

/** Deleted ones that can be restored at `now`. */
export function useDeletedSessions(now: number): SessionsView {
  const select = useCallback((sessions: Sessions) => deletedSessions(sessions, now), [now])
  return useListed(DELETED, select)
}

const DELETED: SessionFilter = { deleted: true }

/** Those with a tag, wherever they are filed; archived ones are left out. */
export function useTaggedSessions(tag: string): SessionsView {
  const query = useMemo(() => ({ tag }), [tag])
  const select = useCallback(
    (sessions: Sessions) => sessions.listed.filter((session) => tagsOf(session).includes(tag)),
    [tag],
  )
  return useListed(query, select)
}

/** Sees to it that sessions are known by their titles, as far as they are still there. */
export async function ensureTitles(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (sessionStore.get().byId.has(id)) continue
    try {
      learnSession(await api.session(id))
    } catch {
      // It was deleted.
    }
  }
}

/** All that are known and in the list, wherever they are filed. */
export function useListedSessions(): readonly Session[] {
  return useSelected(sessionStore, (sessions) => sessions.listed)
}

/** `undefined`: not known (yet). Deleted and archived ones are known here too. */
export function useSessionMeta(id: string | null): Session | undefined {
  const select = useCallback((sessions: Sessions) => (id === null ? undefined : sessions.byId.get(id)), [id])
  return useSelected(sessionStore, select)
}
