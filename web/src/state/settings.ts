// What was chosen for the whole installation.
//
// Always true: a change shows at once and is sent after the one before it, so that the last one stays; when one is
// refused, what the server holds is shown again.
import { useEffect } from 'react'
import { api, newRequestId } from '../api/routes'
import type { Settings, UpdateSettings } from '../api/types'
import { onElsewhere, tellElsewhere } from './elsewhere'
import { reloadModels } from './models'
import { Store, useStore } from './store'

export interface SettingsState {
  status: 'loading' | 'ready' | 'error'
  settings: Settings | undefined
}

const NONE: SettingsState = { status: 'loading', settings: undefined }
const store = new Store<SettingsState>(NONE)
let last: Promise<unknown> = Promise.resolve()
/** Changes on their way; an answer shows only when no later change waits. */
let open = 0

async function load(): Promise<void> {
  if (open > 0) return
  try {
    const settings = await api.settings()
    if (open === 0) store.set({ status: 'ready', settings })
  } catch {
    store.update((state) => (state.settings ? state : { status: 'error', settings: undefined }))
  }
}

/** Asks again if anybody asked before. Never rejects. */
export async function reloadSettings(): Promise<void> {
  if (store.get().settings) await load()
}

/** Ends with the token. */
export function forgetSettings(): void {
  store.set(NONE)
}

onElsewhere(() => void reloadSettings())

export function useSettings(): SettingsState & { reload: () => void } {
  const state = useStore(store)
  useEffect(() => {
    void load()
  }, [])
  return { ...state, reload: () => void load() }
}

/** Changes what is given. Rejects with `ApiError`; then nothing was changed. */
export async function changeSettings(change: Omit<UpdateSettings, 'client_request_id'>): Promise<void> {
  store.update((state) => (state.settings ? { ...state, settings: applied(state.settings, change) } : state))
  open += 1
  const sent = last.then(() => api.updateSettings({ ...change, client_request_id: newRequestId() }))
  last = sent.catch(() => undefined)
  try {
    const settings = await sent
    open -= 1
    if (open === 0) store.set({ status: 'ready', settings })
    tellElsewhere()
  } catch (reason) {
    open -= 1
    await load()
    throw reason
  }
  await reloadModels()
}

/** What the server will say of a change; where it decides by itself, `null` until it has answered. Pure. */
export function applied(settings: Settings, change: Omit<UpdateSettings, 'client_request_id'>): Settings {
  const next = { ...settings }
  if (change.defaultProviderId !== undefined) {
    if (change.defaultProviderId !== settings.defaultProviderId) next.defaultModelId = null
    next.defaultProviderId = change.defaultProviderId
  }
  if (change.defaultModelId !== undefined) next.defaultModelId = change.defaultModelId
  if (change.fallback !== undefined) next.fallback = change.fallback ?? []
  if (change.compact !== undefined) next.compact = change.compact ?? 'auto'
  if (change.favourites !== undefined) next.favourites = change.favourites ?? []
  if (change.titleByModel !== undefined) next.titleByModel = change.titleByModel ?? true
  return next
}
