/**
 * Which keys each action has now: the table's, changed by the person, kept in this browser.
 *
 * Always true: no two actions share their keys in one place; what is stored is only what differs from the table, so a
 * better default reaches everybody who did not choose; all tabs follow a change.
 */
import { useSyncExternalStore } from 'react'
import { type ActionId, ALL, action } from './actions'
import { type Combination, keyNames, problemOf, sameKeys } from './keys'

const ENTRY = 'cowork.keys'

/** `null`: none. */
type Changed = Readonly<Partial<Record<ActionId, Combination | null>>>

let changed: Changed = read()
const listeners = new Set<() => void>()

/** The keys of an action. `undefined`: it has none. */
export function keysOf(id: ActionId): Combination | undefined {
  const own = changed[id]
  return own === undefined ? action(id).keys : (own ?? undefined)
}

/** How they are written; empty for none. */
export function useKeyNames(id: ActionId): string[] {
  useBindings()
  return keyNames(keysOf(id))
}

export function isChanged(id: ActionId): boolean {
  return changed[id] !== undefined
}

export type Refusal =
  /** Another action has them. */
  { taken: ActionId } | { problem: 'kept' | 'plain' }

/** Gives an action other keys (`undefined`: none); refused, with the reason, when they can't be had. */
export function bind(id: ActionId, keys: Combination | undefined): Refusal | undefined {
  const refused = keys && refusalOf(id, keys)
  if (refused) return refused
  const { [id]: _, ...others } = changed
  keep(sameKeys(keys, action(id).keys) ? others : { ...others, [id]: keys ?? null })
  return undefined
}

/** All keys as they come. */
export function resetKeys(): void {
  keep({})
}

function refusalOf(id: ActionId, keys: Combination): Refusal | undefined {
  const { where } = action(id)
  const taken = ALL.find(
    (other) =>
      other.id !== id &&
      (other.where === 'composer') === (where === 'composer') &&
      sameKeys(keysOf(other.id), keys),
  )
  if (taken) return { taken: taken.id }
  const problem = problemOf(keys)
  // Within the composer, and outside text, plain keys can't be mistaken for text.
  return problem && !(problem === 'plain' && where) ? { problem } : undefined
}

/** The bindings as they are; renders again when one changes. */
export function useBindings(): Changed {
  return useSyncExternalStore(subscribe, () => changed)
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', follow)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('storage', follow)
  }
}

function follow(change: StorageEvent): void {
  if (change.key !== ENTRY && change.key !== null) return
  changed = read()
  for (const listener of listeners) listener()
}

function keep(next: Changed): void {
  changed = next
  try {
    if (Object.keys(next).length === 0) localStorage.removeItem(ENTRY)
    else localStorage.setItem(ENTRY, JSON.stringify(next))
  } catch {
    // Storage is full or forbidden: the choice holds until the page closes.
  }
  for (const listener of listeners) listener()
}

/** What is stored and still makes sense: known actions, whole combinations. */
function read(): Changed {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '{}')
    if (typeof found !== 'object' || found === null) return {}
    const known = ALL.flatMap(({ id }) => {
      const keys = combinationIn((found as Record<string, unknown>)[id])
      return keys === undefined ? [] : [[id, keys] as const]
    })
    return Object.fromEntries(known)
  } catch {
    return {}
  }
}

function combinationIn(value: unknown): Combination | null | undefined {
  if (value === null) return null
  if (typeof value !== 'object') return undefined
  const { key, mod, shift, alt } = value as Record<string, unknown>
  if (typeof key !== 'string' || key === '') return undefined
  return {
    key,
    ...(mod === true ? { mod } : {}),
    ...(shift === true ? { shift } : {}),
    ...(alt === true ? { alt } : {}),
  }
}
