// The model services as they are set up, the ones that are known by name, and what changes them.
//
// Always true: a key is handed on to the server and kept nowhere here; after every change the list is the server's, and
// the models are asked for again. A view that opens reloads, and so does an open one after a change elsewhere.
import { useEffect } from 'react'
import { ApiError } from '../api/error'
import { api, newRequestId } from '../api/routes'
import type { AddProvider, ProviderTest, ProviderView, ServicePreset, UpdateProvider } from '../api/types'
import { repeated } from './commands'
import { onElsewhere, tellElsewhere } from './elsewhere'
import { learnModels, reloadModels } from './models'
import { reloadSettings } from './settings'
import { Store, useStore } from './store'

export interface Providers {
  status: 'loading' | 'ready' | 'error'
  items: readonly ProviderView[]
  /** Those that are known by name. */
  services: readonly ServicePreset[]
}

const NONE: Providers = { status: 'loading', items: [], services: [] }
const store = new Store<Providers>(NONE)
/** Counts what was asked, so that a late answer never takes the place of a newer one. */
let asked = 0

async function load(): Promise<void> {
  asked += 1
  const mine = asked
  try {
    const services = store.get().services
    const [list, known] = await Promise.all([
      api.providers(),
      services.length > 0 ? { items: services } : api.services(),
    ])
    if (mine === asked) store.set({ status: 'ready', items: list.items, services: known.items })
  } catch {
    if (mine !== asked) return
    store.update((state) => (state.status === 'ready' ? state : { ...state, status: 'error' }))
  }
}

/** Ends with the token. */
export function forgetProviders(): void {
  asked += 1
  store.set(NONE)
}

/** All of them, asked for when the view opens. */
export function useProviders(): Providers & { reload: () => void } {
  const state = useStore(store)
  useEffect(() => {
    void load()
  }, [])
  return { ...state, reload: () => void load() }
}

onElsewhere(() => {
  if (store.get().status !== 'loading') void load()
})

/** What hangs on the providers: their list, the models, and what was chosen of them. */
async function changed(): Promise<void> {
  tellElsewhere()
  await Promise.all([load(), reloadModels(), reloadSettings()])
}

export async function addProvider(made: AddProvider): Promise<ProviderView> {
  const added = await repeated((id) => api.addProvider({ ...made, client_request_id: id }))
  await changed()
  return added
}

/** Adds a provider and asks it for its models; one that fails is taken away again. */
export async function addTested(made: AddProvider): Promise<ProviderTest> {
  const { id } = await repeated((request) => api.addProvider({ ...made, client_request_id: request }))
  let test: ProviderTest
  try {
    test = await api.testProvider(id)
    if (!test.ok) await repeated(() => api.deleteProvider(id))
  } catch (reason) {
    await api.deleteProvider(id).catch(() => undefined)
    throw reason
  }
  await changed()
  return test
}

/** Makes one that was found on this computer one of the app, so that it may answer unasked. */
export async function keepProvider(id: string): Promise<void> {
  await repeated((request) => api.updateProvider(id, { client_request_id: request }))
  await changed()
}

export async function removeProvider(id: string): Promise<void> {
  try {
    await repeated(() => api.deleteProvider(id))
  } catch (reason) {
    // It is gone, as was wanted.
    if (!(reason instanceof ApiError && reason.code === 'not_found')) throw reason
  }
  await changed()
}

/** Sets a provider's keys, one a line; with `add`, those it has stay. */
export async function setProviderKey(id: string, key: string, add = false): Promise<void> {
  await repeated(
    (request) => api.setProviderKey(id, { client_request_id: request, key, add }),
    newRequestId(),
  )
  await changed()
}

/** Forgets one of several keys. */
export async function removeOneProviderKey(id: string, key: string): Promise<void> {
  await repeated(() => api.removeOneProviderKey(id, key))
  await changed()
}

/** Changes what a provider is called, where it is, which models it offers. */
export async function updateProvider(
  id: string,
  change: Omit<UpdateProvider, 'client_request_id'>,
): Promise<ProviderView> {
  const now = await repeated((request) => api.updateProvider(id, { ...change, client_request_id: request }))
  await changed()
  return now
}

export async function removeProviderKey(id: string): Promise<void> {
  await repeated(() => api.removeProviderKey(id))
  await changed()
}

/** Asks a provider for its models. What came of it stands in its `status` too. */
export async function testProvider(id: string): Promise<ProviderTest> {
  const test = await api.testProvider(id)
  await Promise.all([load(), reloadModels()])
  return test
}

/** Looks for model servers on this computer, and asks all providers again. */
export async function lookAgain(): Promise<void> {
  learnModels(await api.refreshModels())
  await load()
}
