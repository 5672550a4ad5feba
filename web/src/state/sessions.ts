// Loads the session list and keeps it; the one store of what is known about sessions.
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api } from '../api/routes'
import type { Session } from '../api/types'
import { firstPage, nextPage, noSessions, type Sessions, withSessions } from './session-list'
import { Store, useSelected, useStore } from './store'

const PAGE = 60

export const sessionStore = new Store<Sessions>(noSessions)
let loadingMore = false
/** The one that the page shows or showed last; it may be on no page of the list. */
let shown: string | undefined

/** Fetches the list anew and gives the position that its events go on after; `undefined` when it can't be had. */
export async function loadSessions(): Promise<number | undefined> {
  try {
    const list = await api.sessions({ limit: PAGE })
    // What was heard of meanwhile is newer than the page; deleted and archived ones are on none.
    const stays = (known: Session) =>
      known.deletedAt || known.archived || known.id === shown || known.lastEventId > list.lastEventId
    sessionStore.update((before) => withSessions(firstPage(list), [...before.byId.values()].filter(stays)))
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
    const list = await api.sessions({ limit: PAGE, cursor })
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
  /** Pinned first, then the newest; neither archived nor deleted ones. */
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

/** Archived ones, asked for when the view opens; what is archived meanwhile comes with its event. */
export function useArchivedSessions(): SessionsView {
  const sessions = useStore(sessionStore)
  const [page, setPage] = useState<{ status: SessionsView['status']; next: string | null; asking: boolean }>({
    status: 'loading',
    next: null,
    asking: false,
  })
  const ask = useCallback(async (cursor?: string) => {
    setPage((before) => ({ ...before, asking: true }))
    try {
      const list = await api.sessions({ limit: PAGE, archived: true, ...(cursor ? { cursor } : {}) })
      sessionStore.update((known) => withSessions(known, list.items))
      setPage({ status: 'ready', next: list.nextCursor ?? null, asking: false })
    } catch {
      setPage((before) => ({
        ...before,
        status: before.status === 'ready' ? 'ready' : 'error',
        asking: false,
      }))
    }
  }, [])
  useEffect(() => void ask(), [ask])
  return useMemo(
    () => ({
      status: page.status,
      items: sessions.archived,
      hasMore: page.next !== null,
      loadMore: () => {
        if (page.next && !page.asking) void ask(page.next)
      },
      retry: () => {
        setPage((before) => ({ ...before, status: 'loading' }))
        void ask()
      },
    }),
    [page, sessions.archived, ask],
  )
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

/** `undefined`: not known (yet). Deleted and archived ones are known here too. */
export function useSessionMeta(id: string | null): Session | undefined {
  const select = useCallback((sessions: Sessions) => (id === null ? undefined : sessions.byId.get(id)), [id])
  return useSelected(sessionStore, select)
}
