/**
 * Who answers an action: components register while they are mounted; keys, palette and slash commands ask them.
 *
 * Always true: the innermost component that answers an action wins, and an action that nobody answers can't be run.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { type ActionId, ALL } from './actions'
import { keysOf } from './bindings'
import { inText, matches } from './keys'

/** What an action does; `argument` are the words after a slash command. */
export type Answer = (argument?: string) => void

/** Newest last. */
const answers = new Map<ActionId, readonly Answer[]>()
const listeners = new Set<() => void>()
let available: ReadonlySet<ActionId> = new Set()

/** Answers `id` while mounted and `enabled`. */
export function useAction(id: ActionId, act: Answer, enabled = true): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    if (!enabled) return
    const answer: Answer = (argument) => latest.current(argument)
    set(id, [...(answers.get(id) ?? []), answer])
    return () =>
      set(
        id,
        (answers.get(id) ?? []).filter((other) => other !== answer),
      )
  }, [id, enabled])
}

/** Runs an action; `false`: nobody answers it now. */
export function runAction(id: ActionId, argument?: string): boolean {
  const act = answers.get(id)?.at(-1)
  act?.(argument)
  return act !== undefined
}

/** The actions that somebody answers now. */
export function useAvailable(): ReadonlySet<ActionId> {
  return useSyncExternalStore(subscribe, () => available)
}

/** Listens for the page's keys. Once, in the app's frame. */
export function useKeyListener(): void {
  useEffect(() => {
    const listen = (press: KeyboardEvent) => {
      if (press.defaultPrevented) return
      const hit = ALL.find(({ id, where }) => where !== 'composer' && matches(press, keysOf(id)))
      if (!hit || (hit.where === 'outside-text' && inText(press.target))) return
      if (runAction(hit.id)) press.preventDefault()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function set(id: ActionId, list: readonly Answer[]): void {
  if (list.length > 0) answers.set(id, list)
  else answers.delete(id)
  if (available.has(id) === answers.has(id)) return
  available = new Set(answers.keys())
  for (const listener of listeners) listener()
}
