/**
 * Keys: what a combination is, how a key press finds it, how it is written.
 *
 * Always true: `mod` is Cmd on macOS and Ctrl elsewhere; a press of an input method is nobody's. Elsewhere: which action
 * has which keys (`actions.ts`, `bindings.ts`).
 */

import { words } from '../../i18n'

/** A combination of keys. `key` is `KeyboardEvent.key` in lower case. */
export interface Combination {
  key: string
  mod?: boolean
  shift?: boolean
  alt?: boolean
}

export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing'>

/** Whether a key press is this combination; never while an input method composes. */
export function matches(press: Press, combination: Combination | undefined, mac = isMac()): boolean {
  if (!combination || press.isComposing) return false
  const mod = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  if (other || mod !== (combination.mod ?? false) || press.altKey !== (combination.alt ?? false)) return false
  // A sign that needs Shift on one keyboard needs none on another: its `key` already says it all.
  if (!isSign(combination.key) && press.shiftKey !== (combination.shift ?? false)) return false
  return press.key.toLowerCase() === combination.key
}

/** The combination of a press; `undefined` while only modifiers are down. */
export function combinationOf(press: Press, mac = isMac()): Combination | undefined {
  const key = press.key.toLowerCase()
  if (press.isComposing || ['control', 'meta', 'shift', 'alt', 'altgraph', 'dead', ''].includes(key)) return
  return {
    key,
    ...((mac ? press.metaKey : press.ctrlKey) ? { mod: true } : {}),
    ...(press.shiftKey && !isSign(key) ? { shift: true } : {}),
    ...(press.altKey ? { alt: true } : {}),
  }
}

export function sameKeys(a: Combination | undefined, b: Combination | undefined): boolean {
  if (!a || !b) return a === b
  return textOf(a) === textOf(b)
}

/** One text per combination, for comparing. */
function textOf({ key, mod, shift, alt }: Combination): string {
  return `${mod ? 'mod+' : ''}${alt ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`
}

/** What browsers keep for themselves, or do at once with no way to stop them. */
const KEPT = new Set([
  ...['mod+n', 'mod+t', 'mod+w', 'mod+r', 'mod+l', 'mod+q', 'mod+d', 'mod+h', 'mod+j', 'mod+u', 'mod+p'],
  ...['mod+shift+n', 'mod+shift+t', 'mod+shift+w', 'mod+shift+r', 'mod+shift+i', 'mod+shift+j'],
  ...['mod+tab', 'mod+shift+tab', 'alt+f4', 'f5', 'f11', 'f12', 'alt+arrowleft', 'alt+arrowright'],
  ...['mod+=', 'mod+-', 'mod+0', 'mod+c', 'mod+v', 'mod+x', 'mod+a', 'mod+z', 'mod+shift+z', 'mod+y'],
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `mod+${digit}`),
])

/** Why keys can't be given to an action that works anywhere on the page. */
export type KeysProblem = 'kept' | 'plain'

/** `kept`: the browser's own. `plain`: would be typed as text. */
export function problemOf(combination: Combination): KeysProblem | undefined {
  if (KEPT.has(textOf(combination))) return 'kept'
  const { key, mod, alt } = combination
  const named =
    key.length > 1 && !['enter', 'tab', 'backspace', 'delete', 'arrowup', 'arrowdown'].includes(key)
  return mod || (alt && named) || /^f\d+$/.test(key) || (named && combination.shift) ? undefined : 'plain'
}

/** The keys as they are written on this machine's keyboard; none for no combination. */
export function keyNames(combination: Combination | undefined, mac = isMac()): string[] {
  if (!combination) return []
  const { key, mod, shift, alt } = combination
  const names: string[] = []
  if (mod) names.push(mac ? '⌘' : words('keys.ctrl'))
  if (alt) names.push(mac ? '⌥' : 'Alt')
  if (shift && key !== '?') names.push(mac ? '⇧' : words('keys.shift'))
  names.push(nameOf(key, mac))
  return names
}

const NAMES: Record<string, string> = {
  escape: 'Esc',
  enter: 'Enter',
  tab: 'Tab',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
}

function nameOf(key: string, mac: boolean): string {
  if (key === 'backspace') return mac ? '⌫' : words('keys.backspace')
  if (key === 'delete') return words('keys.delete')
  if (key === ' ') return words('keys.space')
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1))
}

/** Whether text is being written where the key press lands. */
export function inText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

function isSign(key: string): boolean {
  return /^[^a-z0-9]$/.test(key)
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}
