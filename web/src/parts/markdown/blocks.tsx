// Block tokens to elements, each remembered by its raw text.
import type { Token, Tokens } from 'marked'
import { memo, type ReactNode, useId, useMemo, useRef } from 'react'
import { useWords } from '../../i18n'
import { CodeBlock } from './code-block'
import { type Notes, notesOf, notesSignature } from './footnotes'
import { Inline } from './inline'
import type { Block } from './lex'
import type { MathToken } from './math-syntax'
import { Maths } from './maths'
import { NoteList, NotesContext } from './notes'
import { Table } from './table'
import { Written } from './written'

/** Blocks may be within each other this deep; what is deeper is shown as it is written. */
const DEEPEST = 12

interface BlockProps {
  raw: string
  token: Token
  links: string
  /** The level of a heading in the page's outline, 3 to 6. */
  level: number
  /** Nothing will be added to it. */
  closed: boolean
  /** How the footnotes look that it may refer to; see `notesSignature`. */
  notes: string
}

/** One block; renders again only when its own text changed. */
const MemoBlock = memo(
  ({ token, level, closed }: BlockProps) => <BlockOf token={token} level={level} closed={closed} depth={0} />,
  (a, b) =>
    a.raw === b.raw &&
    a.links === b.links &&
    a.level === b.level &&
    a.closed === b.closed &&
    a.notes === b.notes &&
    a.token.type === b.token.type,
)

/** The blocks of a message. `done`: nothing will be added to the last one. */
export function Blocks({ blocks, done }: { blocks: readonly Block[]; done: boolean }): ReactNode {
  const levels = headingLevels(blocks)
  const place = useId()
  const notes = notesOf(blocks)
  const inUse = useSame(notes)
  return (
    <NotesContext value={useMemo(() => ({ place, notes: inUse, done }), [place, inUse, done])}>
      {blocks.map((block, index) => (
        <MemoBlock
          key={block.key}
          raw={block.raw}
          token={block.token}
          links={block.links}
          level={levels[index] ?? 0}
          closed={done || index < blocks.length - 1}
          notes={notesSignature(block.raw, notes)}
        />
      ))}
      {inUse.size > 0 ? (
        <NoteList>{({ token }) => <Nested tokens={token.tokens} depth={1} />}</NoteList>
      ) : null}
    </NotesContext>
  )
}

/** The notes of before while they are the same ones, so that nothing renders again for them. */
function useSame(notes: Notes): Notes {
  const kept = useRef(notes)
  const before = [...kept.current.values()]
  const same =
    notes.size === before.length && before.every(({ name, token }) => notes.get(name)?.token === token)
  if (!same) kept.current = notes
  return kept.current
}

/** Levels that follow the message's own heading (2) without a leap; 0 where there is no heading. */
function headingLevels(blocks: readonly Block[]): number[] {
  let above = 2
  return blocks.map(({ token }) => {
    if (token.type !== 'heading') return 0
    above = Math.min(6, above + 1, token.depth + 2)
    return above
  })
}

type BlockOfProps = Pick<BlockProps, 'token' | 'level' | 'closed'> & { depth: number }

function BlockOf({ token, level, closed, depth }: BlockOfProps): ReactNode {
  const any = token as Tokens.Generic
  switch (token.type) {
    case 'paragraph':
      return (
        <p>
          <Inline tokens={any.tokens} />
        </p>
      )
    case 'text':
      return <Inline tokens={any.tokens ?? [token]} />
    case 'heading':
      return <Heading level={level} depth={any.depth} tokens={any.tokens} />
    case 'code':
      return <CodeBlock code={any.text} language={languageOf(any.lang)} closed={closed} />
    case 'list':
      return <List list={token as Tokens.List} depth={depth} />
    case 'blockquote':
      return (
        <blockquote>
          <Nested tokens={any.tokens} depth={depth + 1} />
        </blockquote>
      )
    case 'table':
      return <Table table={token as Tokens.Table} />
    case 'hr':
      return <hr />
    case 'math':
      return <Maths tex={(token as MathToken).tex} display={(token as MathToken).display} />
    case 'html':
      return (
        <p className="md-html">
          <Written text={any.raw.trim()} where="code" />
        </p>
      )
    case 'footnote':
    case 'space':
    case 'def':
    case 'checkbox':
      return null
    default:
      return <Inline tokens={[token]} />
  }
}

/** Blocks inside a block: no text is added to them without the outer one changing too. */
function Nested({ tokens, depth }: { tokens: readonly Token[] | undefined; depth: number }): ReactNode {
  if (depth > DEEPEST) {
    return (
      <p className="md-html">
        <Written text={tokens?.map((token) => token.raw).join('') ?? ''} where="code" />
      </p>
    )
  }
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the list is made anew as a whole
    <BlockOf key={index} token={token} level={6} closed depth={depth} />
  ))
}

function Heading({
  level,
  depth,
  tokens,
}: {
  level: number
  depth: number
  tokens: readonly Token[] | undefined
}) {
  const Tag = `h${level}` as 'h3' | 'h4' | 'h5' | 'h6'
  return (
    <Tag className={`md-heading md-heading--${depth}`}>
      <Inline tokens={tokens} />
    </Tag>
  )
}

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
    <li key={index} className={item.task ? 'md-task' : undefined}>
      {item.task ? <TaskBox checked={item.checked === true} /> : null}
      {item.task ? (
        <div>
          <Nested tokens={item.tokens} depth={depth + 1} />
        </div>
      ) : (
        <Nested tokens={item.tokens} depth={depth + 1} />
      )}
    </li>
  ))
  if (!list.ordered) return <ul className={list.loose ? 'md-loose' : undefined}>{items}</ul>
  return (
    <ol className={list.loose ? 'md-loose' : undefined} start={list.start === '' ? 1 : list.start}>
      {items}
    </ol>
  )
}

function TaskBox({ checked }: { checked: boolean }) {
  const words = useWords()
  return (
    <span className="md-box" role="img" aria-label={words(checked ? 'markdown.done' : 'markdown.open')}>
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <rect x="2" y="2" width="12" height="12" rx="3" />
        {checked ? <path d="M5 8.2l2.1 2.1L11 6.2" strokeLinecap="round" strokeLinejoin="round" /> : null}
      </svg>
    </span>
  )
}

/** The first word of a fence's info string, without what only some renderers know. */
function languageOf(info: string | undefined): string {
  return (
    (info ?? '')
      .trim()
      .split(/[\s,{:]/)[0]
      ?.toLowerCase() ?? ''
  )
}
