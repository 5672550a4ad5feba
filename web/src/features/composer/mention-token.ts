/** The `@` that is being written, and what takes its place. Pure. */

/** Of a name, more than this is a sentence. */
const LONGEST = 60

export interface Token {
  /** Where the `@` stands. */
  from: number
  /** The caret. */
  to: number
  /** What stands between. */
  typed: string
}

/** The mention before the caret; `undefined`: none is being written. */
export function mentionAt(text: string, caret: number): Token | undefined {
  const before = text.slice(Math.max(0, caret - LONGEST - 1), caret)
  // At a word's start: an address of mail has letters before its @.
  const found = /(?:^|[\s([{"'„“«–—])@([^\s@[\]][^\n@[\]]*|)$/u.exec(before)
  if (found?.[1] === undefined) return undefined
  const from = caret - found[1].length - 1
  // The piece that was looked at begins in the middle of a word.
  if (from > 0 && before.length === found[1].length + 1 && !/[\s([{"'„“«–—]/u.test(text[from - 1] ?? '')) {
    return undefined
  }
  return { from, to: caret, typed: found[1] }
}

/** The text with something in the token's place, one blank behind it, and where the caret goes. */
export function inPlaceOf(text: string, { from, to }: Token, words: string): { text: string; caret: number } {
  const rest = text.slice(to)
  if (words === '') return { text: text.slice(0, from) + rest, caret: from }
  const gap = /^\s/.test(rest) ? '' : ' '
  return { text: text.slice(0, from) + words + gap + rest, caret: from + words.length + 1 }
}
