// Footnotes: `[^name]` in the text, `[^name]: …` anywhere; numbered in the order of their first use.
//
// Always true: a note's number depends on the references before it alone; a name is never looked up in a plain object.
// Elsewhere: how they look (notes.tsx).
import type { Token, TokenizerAndRendererExtension, Tokens } from 'marked'

export interface NoteToken extends Tokens.Generic {
  type: 'footnote'
  name: string
  tokens: Token[]
}

export interface NoteRefToken extends Tokens.Generic {
  type: 'footnoteRef'
  name: string
}

const NAME = '\\[\\^([^\\]\\s\\[]{1,100})\\]'
const REF = new RegExp(`^${NAME}`)
/** A line, then indented ones, which blank lines may part. */
const NOTE = new RegExp(`^ {0,3}${NAME}:[ \\t]*([^\\n]*(?:\\n(?:[ \\t]*\\n)*(?: {2,}|\\t)[^\\n]*)*)(?:\\n|$)`)
const NOTE_START = new RegExp(`^ {0,3}${NAME}:`, 'm')

export const note: TokenizerAndRendererExtension = {
  name: 'footnote',
  level: 'block',
  start: (source) => (source.includes('[^') ? source.match(NOTE_START)?.index : undefined),
  tokenizer(source) {
    const match = NOTE.exec(source)
    if (!match) return undefined
    const text = (match[2] ?? '').replace(/\n(?: {1,4}|\t)/g, '\n')
    return {
      type: 'footnote',
      raw: match[0],
      name: (match[1] ?? '').toLowerCase(),
      tokens: this.lexer.blockTokens(text, []),
    }
  },
  childTokens: ['tokens'],
}

export const noteRef: TokenizerAndRendererExtension = {
  name: 'footnoteRef',
  level: 'inline',
  start: (source) => source.indexOf('[^'),
  tokenizer(source) {
    const match = REF.exec(source)
    return match ? { type: 'footnoteRef', raw: match[0], name: (match[1] ?? '').toLowerCase() } : undefined
  },
}

export interface Note {
  name: string
  /** From 1, in the order of first use. */
  number: number
  token: NoteToken
}

/** The notes that are referred to, by name, in the order of their numbers. */
export type Notes = ReadonlyMap<string, Note>

const NONE: Notes = new Map()
/** What each block refers to and defines: a block that is closed is looked through once. */
const seen = new WeakMap<Token, { refs: readonly string[]; notes: readonly NoteToken[] }>()

export function notesOf(blocks: readonly { raw: string; token: Token }[]): Notes {
  const holding = blocks.filter(({ raw }) => raw.includes('[^'))
  if (holding.length === 0) return NONE
  const found = holding.map(({ token }) => lookThrough(token))
  const defined = new Map<string, NoteToken>()
  for (const { notes } of found)
    for (const one of notes) if (!defined.has(one.name)) defined.set(one.name, one)
  const notes = new Map<string, Note>()
  const waiting = found.flatMap(({ refs }) => refs)
  for (let at = 0; at < waiting.length; at += 1) {
    const name = waiting[at] ?? ''
    const token = defined.get(name)
    if (!token || notes.has(name)) continue
    notes.set(name, { name, number: notes.size + 1, token })
    // What a note itself refers to comes after it.
    for (const child of token.tokens) waiting.push(...lookThrough(child).refs)
  }
  return notes
}

function lookThrough(token: Token): { refs: readonly string[]; notes: readonly NoteToken[] } {
  const known = seen.get(token)
  if (known) return known
  const refs: string[] = []
  const notes: NoteToken[] = []
  const look = (one: Token): void => {
    if (one.type === 'footnoteRef') refs.push((one as NoteRefToken).name)
    if (one.type === 'footnote') {
      notes.push(one as NoteToken)
      return
    }
    for (const child of childrenOf(one)) look(child)
  }
  look(token)
  const result = { refs, notes }
  seen.set(token, result)
  return result
}

/** The tokens within a token, in the order of the text. */
export function childrenOf(token: Token): readonly Token[] {
  const any = token as Tokens.Generic
  if (token.type === 'list') return any.items
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table
    return [...header, ...rows.flat()].flatMap((cell) => cell.tokens)
  }
  return any.tokens ?? []
}

/** Equal for blocks whose references look the same. */
export function notesSignature(raw: string, notes: Notes): string {
  if (notes.size === 0 || !raw.includes('[^')) return ''
  return [...notes.values()].map(({ name, number }) => `${number}:${name}`).join('\n')
}
