// What was set up for a new chat before its first message: persona, system prompt, parameters. Kept over a reload.
//
// Elsewhere: its text (drafts.ts), its files (draft-files.ts), how it becomes a session (commands.ts).
import type { ModelParameters } from '../api/types'
import { Store, useStore } from './store'

/** What a session begins with. Empty: none. */
export interface SessionSetup {
  readonly personaId: string
  readonly systemPrompt: string
  readonly parameters: ModelParameters
}

export const NO_SETUP: SessionSetup = { personaId: '', systemPrompt: '', parameters: {} }
const KEY = 'cowork.setup.new'

const store = new Store<SessionSetup>(parse(localStorage.getItem(KEY)))

export function useNewChatSetup(): SessionSetup {
  return useStore(store)
}

export function setNewChatSetup(setup: SessionSetup): void {
  store.set(setup)
  try {
    if (setup === NO_SETUP) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify(setup))
  } catch {
    // The browser's store is full; the choice lives as long as the page.
  }
}

function parse(text: string | null): SessionSetup {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<SessionSetup>
    return {
      personaId: typeof kept.personaId === 'string' ? kept.personaId : '',
      systemPrompt: typeof kept.systemPrompt === 'string' ? kept.systemPrompt : '',
      parameters: typeof kept.parameters === 'object' && kept.parameters !== null ? kept.parameters : {},
    }
  } catch {
    return NO_SETUP
  }
}
