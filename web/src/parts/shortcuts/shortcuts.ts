/**
 * The keyboard shortcuts: one table, and how a key press finds its entry.
 *
 * Always true: what the cheat sheet and the tooltips show is what the keys do, since all read this table. `mod` is Cmd
 * on macOS and Ctrl elsewhere. Nothing page-wide is bound to a bare letter, and nothing to what browsers keep for
 * themselves.
 */

export type ShortcutId =
  | 'newChat'
  | 'toggleRail'
  | 'deleteSession'
  | 'focusComposer'
  | 'pickModel'
  | 'stop'
  | 'sheet'
  | 'sheetPlain'
  | 'settings'

/** A combination of keys. `key` is `KeyboardEvent.key` in lower case. */
export interface Combination {
  key: string
  mod?: boolean
  shift?: boolean
}

export interface Shortcut {
  id: ShortcutId
  group: 'general' | 'composer' | 'sessions'
  combination: Combination
  /** `outside-text`: not while text is being written. `composer`: handled by the composer, while it has the focus. */
  where: 'anywhere' | 'outside-text' | 'composer'
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'newChat', group: 'general', combination: { key: 'o', mod: true, shift: true }, where: 'anywhere' },
  {
    id: 'toggleRail',
    group: 'general',
    combination: { key: 's', mod: true, shift: true },
    where: 'anywhere',
  },
  { id: 'settings', group: 'general', combination: { key: ',', mod: true }, where: 'anywhere' },
  { id: 'sheet', group: 'general', combination: { key: '/', mod: true }, where: 'anywhere' },
  { id: 'sheetPlain', group: 'general', combination: { key: '?', shift: true }, where: 'outside-text' },
  { id: 'focusComposer', group: 'composer', combination: { key: 'escape', shift: true }, where: 'anywhere' },
  {
    id: 'pickModel',
    group: 'composer',
    combination: { key: 'm', mod: true, shift: true },
    where: 'anywhere',
  },
  { id: 'stop', group: 'composer', combination: { key: 'escape' }, where: 'composer' },
  {
    id: 'deleteSession',
    group: 'sessions',
    combination: { key: 'backspace', mod: true, shift: true },
    where: 'anywhere',
  },
]

export function shortcut(id: ShortcutId): Shortcut {
  const found = SHORTCUTS.find((entry) => entry.id === id)
  if (!found) throw new Error(`no shortcut ${id}`)
  return found
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing'>

/** Whether a key press is this combination; never while an input method composes. */
export function matches(press: Press, combination: Combination, mac = isMac()): boolean {
  if (press.isComposing || press.altKey) return false
  const mod = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  if (other || mod !== (combination.mod ?? false)) return false
  // A sign that needs Shift on one keyboard needs none on another: its `key` already says it all.
  const sign = /^[^a-z0-9]$/.test(combination.key)
  if (!sign && press.shiftKey !== (combination.shift ?? false)) return false
  return press.key.toLowerCase() === combination.key
}

/** The keys as they are written on this machine's keyboard. */
export function keyNames({ key, mod, shift }: Combination, mac = isMac()): string[] {
  const names: string[] = []
  if (mod) names.push(mac ? '⌘' : 'Ctrl')
  if (shift && key !== '?') names.push(mac ? '⇧' : 'Shift')
  names.push(nameOf(key, mac))
  return names
}

function nameOf(key: string, mac: boolean): string {
  switch (key) {
    case 'escape':
      return 'Esc'
    case 'backspace':
      return mac ? '⌫' : 'Backspace'
    default:
      return key.toUpperCase()
  }
}

/** Whether text is being written where the key press lands. */
export function inText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}
