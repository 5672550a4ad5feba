// What the server says of itself: its version, and where it keeps things. Asked for when a view opens; nothing is kept.
import { useEffect, useState } from 'react'
import { api } from '../api/routes'
import type { StorageView } from '../api/types'

export interface StorageState {
  status: 'loading' | 'ready' | 'error'
  storage: StorageView | undefined
  reload: () => void
}

export function useStorage(): StorageState {
  const [state, setState] = useState<Omit<StorageState, 'reload'>>({ status: 'loading', storage: undefined })
  const [asked, setAsked] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    let current = true
    setState((before) => ({ ...before, status: 'loading' }))
    api.storage().then(
      (storage) => current && setState({ status: 'ready', storage }),
      () => current && setState((before) => ({ ...before, status: 'error' })),
    )
    return () => {
      current = false
    }
  }, [asked])
  return { ...state, reload: () => setAsked((count) => count + 1) }
}

/** `undefined` until it is known. */
export function useVersion(): string | undefined {
  const [version, setVersion] = useState<string>()
  useEffect(() => {
    let current = true
    api.health().then(
      ({ version }) => current && setVersion(version),
      // What is not known is not shown; the banner says that the server is away.
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [])
  return version
}
