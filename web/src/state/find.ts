// Finding within a session: which messages of the active branch hold a text, loaded or not, as the server says.
//
// Always true: it is asked anew when messages of the thread change as a whole; the answer to another text is dropped.
import { useCallback, useEffect, useState } from 'react'
import { api } from '../api/routes'
import type { FoundMessage } from '../api/types'
import { useSelected } from './store'
import { type ThreadStatus, threadOf } from './threads'

/** After the last key, or the last change of the thread. */
const PAUSE_MS = 150

export interface Found {
  status: 'idle' | 'finding' | 'ready' | 'error'
  /** What `items` were found for. */
  text: string
  /** In the order of the conversation. */
  items: readonly FoundMessage[]
}

const NOTHING: Found = { status: 'idle', text: '', items: [] }

export function useFind(sessionId: string, text: string): Found {
  const [found, setFound] = useState<Found>(NOTHING)
  const select = useCallback(({ thread }: ThreadStatus) => thread.messages, [])
  const messages = useSelected(threadOf(sessionId).store, select)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other messages may hold other texts
  useEffect(() => {
    if (text.trim() === '') {
      setFound(NOTHING)
      return
    }
    const asking = new AbortController()
    setFound((before) => ({ ...before, status: 'finding' }))
    const timer = setTimeout(() => {
      api.find(sessionId, text, asking.signal).then(
        ({ items }) => {
          if (!asking.signal.aborted) setFound({ status: 'ready', text, items })
        },
        () => {
          if (!asking.signal.aborted) setFound({ status: 'error', text, items: [] })
        },
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      asking.abort()
    }
  }, [sessionId, text, messages])
  return found
}
