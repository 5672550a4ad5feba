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
  const wanted = wordsOf(typed)
  const found = actions.filter(({ name }) => {
    const words = wordsOf(name)
    return wanted.every((want) => words.some((word) => word.startsWith(want)))
  })
  const first = ({ name }: Named) => (wordsOf(name).join(' ').startsWith(wanted.join(' ')) ? 0 : 1)
  return found.toSorted((a, b) => first(a) - first(b))
}

function wordsOf(text: string): string[] {
  return text
    .toLocaleLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
