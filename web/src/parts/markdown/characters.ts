// Characters that can't be seen but change how others read: which they are, and how they are named.
//
// Joiners (U+200C, U+200D) are left alone: Persian, Indic scripts and emoji need them.

/** In code: every control of direction, every blank without a width, and letters that only programs read. */
const IN_CODE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e007f}]/gu

/** In prose: what turns the reading order round, and letters that only programs read. */
const IN_PROSE = /[\u202d\u202e]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0000}-\u{e007f}]/gu

export interface TextPiece {
  text: string
  /** It stands for a character that can't be seen. */
  hidden: boolean
}

/** The text cut at characters that can't be seen, each in words such as `U+202E`; `undefined` when it has none. */
export function withHiddenShown(text: string, where: 'code' | 'prose'): readonly TextPiece[] | undefined {
  const pattern = where === 'code' ? IN_CODE : IN_PROSE
  const pieces: TextPiece[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), hidden: false })
    pieces.push({ text: nameOf(match[0]), hidden: true })
    end = match.index + match[0].length
  }
  if (pieces.length === 0) return undefined
  if (end < text.length) pieces.push({ text: text.slice(end), hidden: false })
  return pieces
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
