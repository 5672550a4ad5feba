/** A snippet cut where what was found begins and ends. Pure. */
import type { SearchItem } from '../../state'

export interface Piece {
  text: string
  hit: boolean
  /** Where it begins. */
  at: number
}

export function pieces({ text, hits }: SearchItem['snippet']): Piece[] {
  const cut: Piece[] = []
  let at = 0
  const add = (end: number, hit: boolean) => {
    if (end > at) cut.push({ text: text.slice(at, end), hit, at })
    at = Math.max(at, end)
  }
  for (const [start, length] of hits as [number, number][]) {
    add(start, false)
    add(start + length, true)
  }
  add(text.length, false)
  return cut
}

/** The different texts that were found, to be marked where they stand. */
export function foundTexts(snippet: SearchItem['snippet']): string[] {
  return [...new Set(pieces(snippet).flatMap(({ text, hit }) => (hit ? [text] : [])))]
}
