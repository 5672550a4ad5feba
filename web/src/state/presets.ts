// Personas and prompts, and what changes them.
//
// Always true: after every change the lists are the server's. A view that opens reloads, and so does an open one after a
// change elsewhere (elsewhere.ts).
import { useEffect } from 'react'
import { api } from '../api/routes'
import type {
  AddPersona,
  AddPrompt,
  ImportPresets,
  Persona,
  PresetsImported,
  Prompt,
  UpdatePersona,
  UpdatePrompt,
} from '../api/types'
import { repeated } from './commands'
import { onElsewhere, tellElsewhere } from './elsewhere'
import { download } from './export'
import { Store, useStore } from './store'

export interface Presets {
  status: 'loading' | 'ready' | 'error'
  personas: readonly Persona[]
  prompts: readonly Prompt[]
}

const NONE: Presets = { status: 'loading', personas: [], prompts: [] }
const store = new Store<Presets>(NONE)
/** Counts what was asked, so that a late answer never takes the place of a newer one. */
let asked = 0

async function load(): Promise<void> {
  asked += 1
  const mine = asked
  try {
    const [personas, prompts] = await Promise.all([api.personas(), api.prompts()])
    if (mine === asked) store.set({ status: 'ready', personas: personas.items, prompts: prompts.items })
  } catch {
    if (mine !== asked) return
    store.update((state) => (state.status === 'ready' ? state : { ...state, status: 'error' }))
  }
}

onElsewhere(() => {
  if (store.get().status !== 'loading') void load()
})

/** Ends with the token. */
export function forgetPresets(): void {
  asked += 1
  store.set(NONE)
}

/** All of them, asked for when the view opens. */
export function usePresets(): Presets & { reload: () => void } {
  const state = useStore(store)
  useEffect(() => {
    void load()
  }, [])
  return { ...state, reload: () => void load() }
}

async function changed<T>(command: (requestId: string) => Promise<T>): Promise<T> {
  const done = await repeated(command)
  tellElsewhere()
  await load()
  return done
}

type Command<T> = Omit<T, 'client_request_id'>

export const addPersona = (made: Command<AddPersona>) =>
  changed((id) => api.addPersona({ ...made, client_request_id: id }))
export const updatePersona = (persona: string, change: Command<UpdatePersona>) =>
  changed((id) => api.updatePersona(persona, { ...change, client_request_id: id }))
export const deletePersona = (persona: string) => changed(() => api.deletePersona(persona))
export const restorePersona = (persona: string) =>
  changed((id) => api.restorePersona(persona, { client_request_id: id }))

export const addPrompt = (made: Command<AddPrompt>) =>
  changed((id) => api.addPrompt({ ...made, client_request_id: id }))
export const updatePrompt = (prompt: string, change: Command<UpdatePrompt>) =>
  changed((id) => api.updatePrompt(prompt, { ...change, client_request_id: id }))
export const deletePrompt = (prompt: string) => changed(() => api.deletePrompt(prompt))
export const restorePrompt = (prompt: string) =>
  changed((id) => api.restorePrompt(prompt, { client_request_id: id }))

/** Downloads all of them. */
export async function exportPresets(): Promise<void> {
  download(await api.exportPresets())
}

/** Takes over a file; what it holds is checked by the server. */
export const importPresets = (file: object): Promise<PresetsImported> =>
  changed((id) => api.importPresets({ ...(file as ImportPresets), client_request_id: id }))
