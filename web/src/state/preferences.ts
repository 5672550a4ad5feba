// How this person uses the page, kept in this browser: which key sends, and whether the browser tells of answers.
//
// Always true: what is stored is only what differs from how it comes; all tabs follow a change. Elsewhere: how the page
// looks (`features/settings/look.ts`), its language (`i18n`), what holds for the whole installation (`settings.ts`).
import { Store, useStore } from './store'

export interface Preferences {
  /** `mod-enter`: Enter makes a line, and Ctrl or Cmd with it sends. */
  sendKey: 'enter' | 'mod-enter'
  /** Whether the browser tells of an answer that ended while the page was out of sight. */
  notify: boolean
  /** Whether it also shows how the answer begins. */
  notifyText: boolean
}

const ENTRY = 'cowork.preferences'
const AS_THEY_COME: Preferences = { sendKey: 'enter', notify: false, notifyText: true }

const store = new Store<Preferences>(read())
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key }) => {
    if (key === ENTRY || key === null) store.set(read())
  })
}

export function usePreferences(): Preferences {
  return useStore(store)
}

export function preferences(): Preferences {
  return store.get()
}

export function onPreferences(listener: () => void): () => void {
  return store.subscribe(listener)
}

export function changePreferences(change: Partial<Preferences>): void {
  const next = { ...store.get(), ...change }
  try {
    localStorage.setItem(ENTRY, JSON.stringify(differing(next)))
  } catch {
    // Storage is full or forbidden: the choice holds until the page closes.
  }
  store.set(next)
}

function differing(next: Preferences): Partial<Preferences> {
  const entries = Object.entries(next) as [keyof Preferences, unknown][]
  return Object.fromEntries(entries.filter(([name, value]) => value !== AS_THEY_COME[name]))
}

function read(): Preferences {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '{}')
    if (typeof found !== 'object' || found === null) return AS_THEY_COME
    const { sendKey, notify, notifyText } = found as Record<string, unknown>
    return {
      sendKey: sendKey === 'mod-enter' ? sendKey : 'enter',
      notify: notify === true,
      notifyText: notifyText !== false,
    }
  } catch {
    return AS_THEY_COME
  }
}
