// Sessions by their titles, for choosing one while it is being named.
//
// Always true: known ones come first, the newest before the others; what the server finds beyond them is added behind.
import { useEffect, useMemo, useState } from 'react'
import { api } from '../api/routes'
import { sessionStore } from './sessions'
import { useSelected } from './store'

/** After the last key. */
const PAUSE_MS = 120
const MOST = 50

export interface NamedSession {
  id: string
  title: string
}

interface Found {
  text: string
  items: readonly NamedSession[]
}

const NOTHING: Found = { text: '', items: [] }

/** Those that are known and, once something is typed, those that the server finds; `undefined`: none is wanted. */
export function useSessionsNamed(typed: string | undefined): readonly NamedSession[] {
  const listed = useSelected(sessionStore, ({ listed }) => listed)
  const [found, setFound] = useState<Found>(NOTHING)
  const text = typed?.trim() ?? ''
  useEffect(() => {
    if (text === '') return
    const asking = new AbortController()
    const timer = setTimeout(() => {
      api.search({ q: text, kind: 'title', limit: MOST }, asking.signal).then(
        ({ items }) => {
          if (asking.signal.aborted) return
          setFound({ text, items: items.map(({ sessionId: id, sessionTitle: title }) => ({ id, title })) })
        },
        // Those that are known are offered all the same.
        () => undefined,
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      asking.abort()
    }
  }, [text])
  return useMemo(() => {
    if (typed === undefined) return []
    const known = listed.toSorted((a, b) => b.updatedAt - a.updatedAt)
    const ids = new Set(known.map(({ id }) => id))
    const beyond = found.text === text ? found.items.filter(({ id }) => !ids.has(id)) : []
    return [...known.map(({ id, title }) => ({ id, title })), ...beyond]
  }, [listed, found, text, typed])
}
