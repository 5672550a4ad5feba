// Markdown as plain text: what a reader sees, without the marks.
//
// Always true: no word of the text is lost; a link or picture keeps its target where its words don't say it; code keeps
// every blank.
import type { Token, Tokens } from 'marked'
import { decoded } from './entities'
import { childrenOf, type NoteRefToken, type Notes, type NoteToken, notesOf } from './footnotes'
import { blocksOf } from './lex'
import { hostBeside } from './links'
import type { MathToken } from './math-syntax'

export function plainText(markdown: string): string {
  const blocks = blocksOf(markdown)
  const notes = notesOf(blocks)
  const parts = blocks.map(({ token }) => blockText(token, notes))
  for (const { number, token } of notes.values()) parts.push(`[${number}] ${nested(token.tokens, notes)}`)
  return joined(parts)
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** The words of inline tokens. */
export function inlineText(tokens: readonly Token[] | undefined, notes?: Notes): string {
  return (tokens ?? []).map((token) => pieceText(token as Tokens.Generic, notes)).join('')
}

function pieceText(token: Tokens.Generic, notes: Notes | undefined): string {
  switch (token.type) {
    case 'text':
      return token.tokens ? inlineText(token.tokens, notes) : decoded(token.text)
    case 'escape':
    case 'codespan':
      return token.text
    case 'br':
      return '\n'
    case 'math':
      return (token as MathToken).tex
    case 'link': {
      const words = inlineText(token.tokens, notes)
      const target = decoded(token.href)
      return hostBeside(target, words) === undefined ? words : `${words} (${target})`
    }
    case 'image': {
      const name = decoded(token.text)
      return name === '' ? decoded(token.href) : `${name} (${decoded(token.href)})`
    }
    case 'footnoteRef': {
      const note = notes?.get((token as NoteRefToken).name)
      return note ? `[${note.number}]` : token.raw
    }
    case 'html':
      return /^<br\s*\/?>$/i.test(token.text.trim()) ? '\n' : token.text
    case 'checkbox':
      return ''
    default:
      return token.tokens ? inlineText(token.tokens, notes) : token.raw
  }
}

function blockText(token: Token, notes: Notes): string {
  const any = token as Tokens.Generic
  switch (token.type) {
    case 'code':
      return any.text
    case 'hr':
      return '---'
    case 'space':
    case 'def':
      return ''
    case 'footnote':
      // One that nothing refers to stands where it was written.
      return notes.has((token as NoteToken).name) ? '' : any.raw.trim()
    case 'html':
      return any.raw.trim()
    case 'math':
      return (token as MathToken).tex
    case 'blockquote':
      return nested(any.tokens, notes).replace(/^/gm, '> ').replace(/ +$/gm, '')
    case 'list':
      return listText(token as Tokens.List, notes)
    case 'table':
      return tableText(token as Tokens.Table, notes)
    case 'paragraph':
    case 'heading':
      return inlineText(any.tokens, notes)
    default:
      return inlineText([token], notes)
  }
}

function nested(tokens: readonly Token[] | undefined, notes: Notes): string {
  return joined((tokens ?? []).map((token) => blockText(token, notes)))
}

function listText(list: Tokens.List, notes: Notes): string {
  const first = list.start === '' ? 1 : list.start
  const items = list.items.map((item, index) => {
    const mark = list.ordered ? `${first + index}. ` : '- '
    const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : ''
    const parts = item.tokens.map((token) => blockText(token, notes)).filter((part) => part !== '')
    const text = box + parts.join(list.loose ? '\n\n' : '\n')
    return mark + text.replace(/\n(?!\n)/g, `\n${' '.repeat(mark.length)}`)
  })
  return items.join(list.loose ? '\n\n' : '\n')
}

function tableText({ header, rows }: Tokens.Table, notes: Notes): string {
  const line = (cells: readonly Tokens.TableCell[]) =>
    cells.map((cell) => inlineText(cell.tokens, notes).replaceAll('\n', ' ')).join('\t')
  return [header, ...rows].map(line).join('\n')
}

/** A table for a spreadsheet: cells parted by tabs, none of them a formula. */
export function tableTsv({ header, rows }: Tokens.Table): string {
  const line = (cells: readonly Tokens.TableCell[]) =>
    cells.map((cell) => tsvCell(inlineText(cell.tokens))).join('\t')
  return [header, ...rows].map(line).join('\n')
}

function tsvCell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ').trim()
  // A spreadsheet would compute it; `-5` and `+3 %` are figures, though.
  return /^[=@]/.test(flat) || /^[+-](?![\d.,]+\s*%?$)/.test(flat) ? `'${flat}` : flat
}

/** The code of the last fence in a text, however deep it stands; `undefined`: there is none. */
export function lastCodeOf(markdown: string): string | undefined {
  let last: string | undefined
  const look = (token: Token): void => {
    if (token.type === 'code') last = (token as Tokens.Code).text
    for (const child of childrenOf(token)) look(child)
  }
  for (const { token } of blocksOf(markdown)) look(token)
  return last
}
