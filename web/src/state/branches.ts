// The branches of a session and the earlier texts of a message. Asked for when a view opens; nothing is kept.
import { useEffect, useState } from 'react'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import type { Revision, SessionTree } from '../api/types'
import { threadOf } from './threads'

export interface Asked<T> {
  /** What came. `undefined`: nothing yet. */
  value: T | undefined
  problem: ApiError | undefined
  again: () => void
}

/** All branches of a session, each message in a few words. */
export function useTree(sessionId: string): Asked<SessionTree> {
  return useAsked(() => api.tree(sessionId), sessionId)
}

/** The earlier texts of a message, oldest first; `revision`: which one it has now. */
export function useRevisions(sessionId: string, id: string, revision: number): Asked<readonly Revision[]> {
  return useAsked(async () => (await api.revisions(sessionId, id)).items, `${sessionId} ${id} ${revision}`)
}

/** Asks once for each `key`. */
function useAsked<T>(ask: () => Promise<T>, key: string): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'again'>>({ value: undefined, problem: undefined })
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked
  useEffect(() => {
    let current = true
    setState({ value: undefined, problem: undefined })
    ask().then(
      (value) => current && setState({ value, problem: undefined }),
      (reason: unknown) => {
        const problem = reason instanceof ApiError ? reason : ApiError.network()
        if (current) setState({ value: undefined, problem })
      },
    )
    return () => {
      current = false
    }
  }, [key, tries])
  return { ...state, again: () => setTries((count) => count + 1) }
}

/** What another branch beside `id` hides: how many messages of the one that is shown, and its end, to go back to. */
export function shownFrom(sessionId: string, id: string): { hidden: number; leaf: string } | undefined {
  const { rows, messages } = threadOf(sessionId).current
  const from = rows.indexOf(id)
  const leaf = rows.at(-1)
  if (from < 0 || leaf === undefined) return undefined
  return { hidden: rows.slice(from).filter((row) => !messages.get(row)?.deletedAt).length, leaf }
}
