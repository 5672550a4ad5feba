/**
 * How the page looks for this person: theme and density, kept in this browser.
 *
 * Always true: what is stored is what <html> carries; all tabs follow a change. The script in `index.html` reads the
 * same entry before the first paint.
 */
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'

export interface Look {
  theme: Theme
  density: Density
}

const ENTRY = 'cowork.look'
const AS_IT_COMES: Look = { theme: 'system', density: 'comfortable' }

let look: Look = read()
const listeners = new Set<() => void>()

/** Keeps <html> and the other tabs in step. Once, by the app's entry. */
export function followLook(): void {
  apply()
  window.addEventListener('storage', (change) => {
    if (change.key !== ENTRY) return
    look = read()
    apply()
  })
}

export function useLook(): Look {
  return useSyncExternalStore(subscribe, () => look)
}

export function changeLook(change: Partial<Look>): void {
  look = { ...look, ...change }
  try {
    localStorage.setItem(ENTRY, JSON.stringify(stored(look)))
  } catch {
    // Storage is full or forbidden: the choice holds until the page closes.
  }
  apply()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function apply(): void {
  const { theme, density } = stored(look)
  mark('theme', theme)
  mark('density', density)
  for (const listener of listeners) listener()
}

function mark(name: 'theme' | 'density', value: string | undefined): void {
  if (value) document.documentElement.dataset[name] = value
  else delete document.documentElement.dataset[name]
}

/** Only what differs from how it comes, so that the early script can copy it as it is. */
function stored({ theme, density }: Look): { theme?: Theme; density?: Density } {
  return {
    ...(theme === 'system' ? {} : { theme }),
    ...(density === 'comfortable' ? {} : { density }),
  }
}

function read(): Look {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '{}')
    if (typeof found !== 'object' || found === null) return AS_IT_COMES
    const { theme, density } = found as Record<string, unknown>
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      density: density === 'compact' ? density : 'comfortable',
    }
  } catch {
    return AS_IT_COMES
  }
}
