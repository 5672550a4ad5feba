// The models that can be asked, fetched once and again on demand; which of them are favourites, and which were used lately.
//
// Always true: the favourites live on the server, and a star that it refuses goes back to what it was; what was used
// lately lives in this browser.
import { useEffect, useMemo } from 'react'
import { api, newRequestId } from '../api/routes'
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

interface Choice {
  providerId: string
  modelId: string
}

const RECENT_KEY = 'cowork.recentModels'
/** Models that are kept as used lately. */
const RECENT = 5

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

/** Has the services asked for their models anew; rejects with `ApiError`. */
export async function refreshModels(): Promise<void> {
  store.set({ status: 'ready', list: await api.refreshModels({ client_request_id: newRequestId() }) })
}

/** Ends with the token. */
export function forgetModels(): void {
  store.set(NONE)
  chain.set(undefined)
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

/** Stars go to the server one after another: each is a change of the list that the one before left. */
let starring: Promise<unknown> = Promise.resolve()

/** Shown at once; rejects with `ApiError` and takes it back when the server refuses. */
export function setFavourite(choice: Choice, favourite: boolean): Promise<void> {
  mark(choice, favourite)
  const done = starring.then(async () => {
    const { favourites } = await api.settings()
    const key = `${choice.providerId}/${choice.modelId}`
    const others = favourites.filter((one) => one !== key)
    await api.updateSettings({
      client_request_id: newRequestId(),
      favourites: favourite ? [...others, key] : others,
    })
  })
  starring = done.catch(() => mark(choice, !favourite))
  return done
}

function mark({ providerId, modelId }: Choice, favourite: boolean): void {
  store.update((state) => {
    if (!state.list) return state
    const items = state.list.items.map((entry) =>
      entry.providerId === providerId && entry.modelId === modelId ? { ...entry, favourite } : entry,
    )
    return { ...state, list: { ...state.list, items } }
  })
}

// ---- used lately -----------------------------------------------------------------------------------------------

const recent = new Store<readonly string[]>(readRecent())

function readRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((key) => typeof key === 'string').slice(0, RECENT) : []
  } catch {
    return []
  }
}

/** The models that were chosen last here, as `provider/model`, the last one first. */
export function useRecentModels(): readonly string[] {
  return useStore(recent)
}

export function noteModelUse({ providerId, modelId }: Choice): void {
  const key = `${providerId}/${modelId}`
  recent.update((keys) => [key, ...keys.filter((one) => one !== key)].slice(0, RECENT))
  try {
    localStorage.setItem(RECENT_KEY, JSON.stringify(recent.get()))
  } catch {
    // The browser's store is full; it is known for as long as the page lives.
  }
}

// ---- who stands in ---------------------------------------------------------------------------------------------

const chain = new Store<readonly string[] | undefined>(undefined)

/** Who is asked, in order, when a chosen model fails, as `provider/model`; fetched anew with each mount. Empty: not known. */
export function useFallbackChain(): readonly string[] {
  useEffect(() => {
    api.settings().then(
      ({ fallback }) => chain.set(fallback),
      () => undefined,
    )
  }, [])
  return useStore(chain) ?? NOBODY
}

const NOBODY: readonly string[] = []
