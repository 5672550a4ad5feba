/**
 * Actions by their names, for the palette.
 *
 * Always true: every word that was typed begins a word of the name; those whose name begins as what was typed come first.
 */
import { type ActionId, ALL } from './actions'

/** What tells the palette that only actions are meant. */
export const ONLY_ACTIONS = '>'

export interface Named {
  id: ActionId
  name: string
}

/** The actions of the palette that somebody answers now, in the table's order. */
export function offered(
  available: ReadonlySet<ActionId>,
  nameOf: (id: ActionId) => string,
): readonly Named[] {
  return ALL.filter(({ id, hidden }) => !hidden && available.has(id)).map(({ id }) => ({
    id,
    name: nameOf(id),
  }))
}

/** Those whose names hold what was typed; all for nothing. */
export function named(actions: readonly Named[], typed: string): readonly Named[] {
  return fitting(actions, typed, ({ name }) => name)
}

/** Those with a name that every word of what was typed begins a word of; the same name comes first, then those that begin so. */
export function fitting<T>(items: readonly T[], typed: string, nameOf: (item: T) => string): readonly T[] {
  const wanted = wordsOf(typed)
  const found = items.filter((item) => {
    const words = wordsOf(nameOf(item))
    return wanted.every((want) => words.some((word) => word.startsWith(want)))
  })
  const begun = wanted.join(' ')
  const rank = (item: T) => {
    const name = wordsOf(nameOf(item)).join(' ')
    return name === begun ? 0 : name.startsWith(begun) ? 1 : 2
  }
  return found.toSorted((a, b) => rank(a) - rank(b))
}

function wordsOf(text: string): string[] {
  return text
    .toLocaleLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
