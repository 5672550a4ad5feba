/**
 * How the page looks for this person: theme, density and text size, kept in this browser.
 *
 * Always true: what is stored is what <html> carries; all tabs follow a change. The script in `index.html` reads the
 * same entry before the first paint.
 */
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'

export type TextSize = 'small' | 'normal' | 'large'

export interface Look {
  theme: Theme
  density: Density
  text: TextSize
}

const ENTRY = 'cowork.look'
const AS_IT_COMES: Look = { theme: 'system', density: 'comfortable', text: 'normal' }

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
  const { theme, density, text } = stored(look)
  mark('theme', theme)
  mark('density', density)
  mark('text', text)
  for (const listener of listeners) listener()
}

function mark(name: keyof Look, value: string | undefined): void {
  if (value) document.documentElement.dataset[name] = value
  else delete document.documentElement.dataset[name]
}

/** Only what differs from how it comes, so that the early script can copy it as it is. */
function stored({ theme, density, text }: Look): Partial<Look> {
  return {
    ...(theme === 'system' ? {} : { theme }),
    ...(density === 'comfortable' ? {} : { density }),
    ...(text === 'normal' ? {} : { text }),
  }
}

function read(): Look {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '{}')
    if (typeof found !== 'object' || found === null) return AS_IT_COMES
    const { theme, density, text } = found as Record<string, unknown>
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      density: density === 'compact' ? density : 'comfortable',
      text: text === 'small' || text === 'large' ? text : 'normal',
    }
  } catch {
    return AS_IT_COMES
  }
}
