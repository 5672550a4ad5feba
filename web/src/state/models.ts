// The models that can be asked, fetched once and again on demand.
import { useEffect, useMemo } from 'react'
import { api } from '../api/routes'
import type { ModelEntry, ModelList } from '../api/types'
import { onElsewhere } from './elsewhere'
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
/** Counts what was asked, so that a late answer never takes the place of a newer one. */
let asked = 0
let loading = 0

/** Asks the server again. Never rejects. */
export async function reloadModels(): Promise<void> {
  asked += 1
  const mine = asked
  loading += 1
  try {
    const list = await api.models()
    if (mine === asked) store.set({ status: 'ready', list })
  } catch {
    if (mine !== asked) return
    store.update((state) => (state.list ? state : { status: 'error', list: undefined }))
  } finally {
    loading -= 1
  }
}

/** Takes in a list that came with another answer. */
export function learnModels(list: ModelList): void {
  asked += 1
  store.set({ status: 'ready', list })
}

function reload(): void {
  if (loading === 0) void reloadModels()
}

/** Shows a star or none, before the server has said so. */
export function markFavourite(providerId: string, modelId: string, favourite: boolean): void {
  store.update((state) => {
    if (!state.list) return state
    const items = state.list.items.map((entry) =>
      entry.providerId === providerId && entry.modelId === modelId ? { ...entry, favourite } : entry,
    )
    return { ...state, list: { ...state.list, items } }
  })
}

/** Ends with the token. */
export function forgetModels(): void {
  asked += 1
  store.set(NONE)
}

onElsewhere(() => {
  if (store.get().list) reload()
})

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
