/** Which press sends a message: Enter, or Ctrl/Cmd with it, as the person chose; the other one makes a line. */
import type { Preferences } from '../../state'
import { keyNames, matches, type Press } from './keys'

type SendKey = Preferences['sendKey']

const COMBINATIONS = { enter: { key: 'enter' }, 'mod-enter': { key: 'enter', mod: true } } as const

export function sends(press: Press, sendKey: SendKey): boolean {
  return matches(press, COMBINATIONS[sendKey])
}

/** How it is written on this machine's keyboard. */
export function sendNames(sendKey: SendKey): string[] {
  return keyNames(COMBINATIONS[sendKey])
}
