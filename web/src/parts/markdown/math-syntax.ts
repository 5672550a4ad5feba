// Where maths begins and ends in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` as a block.
//
// Always true: a dollar sign before a blank or after one is money or a shell variable, not maths; so is one before a
// figure and a word, as in `$1,000 or US$ 3`.
import type { TokenizerAndRendererExtension, Tokens } from 'marked'

export interface MathToken extends Tokens.Generic {
  type: 'math'
  raw: string
  tex: string
  display: boolean
}

const BLOCK = /^(?: {0,3})(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/
const INLINE =
  /^(?:\$\$([^\n]+?)\$\$|\$(?![\s$]|\d[\d.,]*[kKmMbB]?\s+(?!mod\b)[A-Za-z]{2,})((?:\\.|[^\\\n$])+?)(?<!\s)\$(?!\d)|\\\(([^\n]+?)\\\))/

function token(raw: string, tex: string, display: boolean): MathToken {
  return { type: 'math', raw, tex: tex.trim(), display }
}

export const mathBlock: TokenizerAndRendererExtension = {
  name: 'mathBlock',
  level: 'block',
  start: (source) => source.match(/^ {0,3}(?:\$\$|\\\[)/m)?.index,
  tokenizer(source) {
    const match = BLOCK.exec(source)
    return match ? token(match[0], match[1] ?? match[2] ?? '', true) : undefined
  },
}

export const mathInline: TokenizerAndRendererExtension = {
  name: 'mathInline',
  level: 'inline',
  start: (source) => source.match(/\$|\\\(/)?.index,
  tokenizer(source) {
    const match = INLINE.exec(source)
    if (!match) return undefined
    return token(match[0], match[1] ?? match[2] ?? match[3] ?? '', match[1] !== undefined)
  },
}
