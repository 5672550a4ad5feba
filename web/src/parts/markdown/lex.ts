// Markdown text to blocks, again and again while the text grows, lexing only its open end.
//
// Always true: the blocks of a growing text equal those of lexing the whole text at once; a block that is closed keeps
// its token; a block's key is its place in the text, so that it stays itself from the first letter to the end.
// Elsewhere: blocks to elements (blocks.tsx).
import { Marked, type Token, type TokensList } from 'marked'
import remend from 'remend'
import { note, noteRef } from './footnotes'
import { mathBlock, mathInline } from './math-syntax'

export interface Block {
  /** Characters before it. */
  readonly key: number
  readonly raw: string
  readonly token: Token
  /** The link definitions that were known when it was lexed: with others the same text may mean something else. */
  readonly links: string
}

const marked = new Marked({ gfm: true, async: false, extensions: [mathBlock, mathInline, note, noteRef] })

/** What ends an open block for the time being, so that `**bo` is bold already. */
const REMEND = { linkMode: 'text-only', katex: false, comparisonOperators: false } as const

type Links = TokensList['links']

/** Blocks of one text that only grows; any other text is lexed anew. */
export class BlockLexer {
  private text = ''
  private done = false
  private blocks: readonly Block[] = []
  private closed: readonly Block[] = []
  private closedLength = 0
  /** Link definitions before `closedLength`. */
  private closedLinks: Links = {}
  /** All link definitions that the closed blocks were lexed with. */
  private signature = ''

  /** The blocks of `text`; `done` says that nothing will be added. */
  update(text: string, done: boolean): readonly Block[] {
    if (text === this.text && done === this.done) return this.blocks
    // At the end once in full: definitions of links may stand after their use.
    if (done || !text.startsWith(this.text)) this.restart()
    this.text = text
    this.done = done
    this.blocks = this.lexTail()
    return this.blocks
  }

  private restart(): void {
    this.closed = []
    this.closedLength = 0
    this.closedLinks = {}
  }

  private lexTail(): readonly Block[] {
    const tail = normal(this.text.slice(this.closedLength))
    const tokens = lex(tail, this.closedLinks)
    const signature = signatureOf(tokens.links)
    if (signature !== this.signature) {
      this.signature = signature
      // A link definition changes blocks that were closed before it.
      if (this.closed.length > 0) {
        this.restart()
        return this.lexTail()
      }
    }
    const blocks = placed(tokens, this.closedLength, signature)
    if (this.done) return blocks
    // The last block may still change with what follows; those before it can't.
    const open = blocks.at(-1)
    if (!open) return this.closed
    const shown = [...this.closed, ...blocks.slice(0, -1), ended(open, tokens.links)]
    // A carriage return's place in the text is not its place in the lexer's: such a text is lexed whole each time.
    if (blocks.length > 1 && !this.text.includes('\r')) this.close(shown.slice(0, -1), open.key, tokens.links)
    return shown
  }

  private close(closed: readonly Block[], length: number, links: Links): void {
    this.closed = closed
    this.closedLength = length
    if (Object.keys(links).length === 0) return
    const open = lex(this.text.slice(length), {}).links
    this.closedLinks = Object.fromEntries(
      Object.entries(links).filter(
        ([tag]) => !Object.hasOwn(open, tag) || Object.hasOwn(this.closedLinks, tag),
      ),
    )
  }
}

/** Blocks of a finished text. */
export function blocksOf(text: string): readonly Block[] {
  return new BlockLexer().update(text, true)
}

function lex(source: string, links: Links): TokensList {
  const lexer = new marked.Lexer(marked.defaults)
  Object.assign(lexer.tokens.links, links)
  try {
    return lexer.lex(source)
  } catch {
    // Thousands of quotes within each other use up the stack: such a text is shown as it is written.
    const whole = { type: 'paragraph', raw: source, text: source, tokens: [asWritten(source)] }
    return Object.assign([whole], { links: {} })
  }
}

function asWritten(text: string): Token {
  return { type: 'text', raw: text, text, escaped: false }
}

function placed(tokens: TokensList, offset: number, links: string): Block[] {
  const blocks: Block[] = []
  let key = offset
  for (const token of tokens) {
    if (token.type !== 'space' && token.type !== 'def') blocks.push({ key, raw: token.raw, token, links })
    key += token.raw.length
  }
  return blocks
}

/** The open block with its open marks closed. */
function ended(block: Block, links: Links): Block {
  if (block.token.type === 'code' || block.token.type === 'html') return block
  const whole = remend(block.raw, REMEND)
  if (whole === block.raw) return block
  const token = lex(whole, links).find((one) => one.type !== 'space')
  return token ? { ...block, raw: whole, token } : block
}

/** Empty without definitions, which is nearly always. */
function signatureOf(links: Links): string {
  return Object.keys(links).length === 0 ? '' : JSON.stringify(links)
}

function normal(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
