// The models that can be asked, fetched once and again on demand.
import { useEffect, useMemo } from 'react'
import { api } from '../api/routes'
import type { ModelEntry, ModelList } from '../api/types'
import { Store, useStore } from './store'

interface ModelState {
  status: 'loading' | 'ready' | 'error'
  list: ModelList | undefined
}

export interface Models extends ModelState {
  /** The entry of a provider and a model. */
  find(providerId: string | null | undefined, modelId: string | null | undefined): ModelEntry | undefined
  reload(): void
}

const NONE: ModelState = { status: 'loading', list: undefined }
const store = new Store<ModelState>(NONE)
let loading = false

async function load(): Promise<void> {
  if (loading) return
  loading = true
  try {
    store.set({ status: 'ready', list: await api.models() })
  } catch {
    store.update((state) => (state.list ? state : { status: 'error', list: undefined }))
  } finally {
    loading = false
  }
}

function reload(): void {
  void load()
}

/** Ends with the token. */
export function forgetModels(): void {
  store.set(NONE)
}

export function useModels(): Models {
  const state = useStore(store)
  useEffect(() => {
    if (state.status === 'loading') reload()
  }, [state.status])
  return useMemo(() => {
    const entries = new Map(
      state.list?.items.map((entry) => [`${entry.providerId}\n${entry.modelId}`, entry]),
    )
    return { ...state, find: (provider, model) => entries.get(`${provider}\n${model}`), reload }
  }, [state])
}
