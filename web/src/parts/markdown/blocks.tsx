// Block tokens to elements, each remembered by its raw text.
import type { Token, Tokens } from 'marked'
import { memo, type ReactNode } from 'react'
import { useWords } from '../../i18n'
import { CodeBlock } from './code-block'
import { Inline } from './inline'
import type { Block } from './lex'
import type { MathToken } from './math-syntax'
import { Maths } from './maths'

interface BlockProps {
  raw: string
  token: Token
  links: string
  /** The level of a heading in the page's outline, 3 to 6. */
  level: number
  /** Nothing will be added to it. */
  closed: boolean
}

/** One block; renders again only when its own text changed. */
const MemoBlock = memo(
  ({ token, level, closed }: BlockProps) => <BlockOf token={token} level={level} closed={closed} />,
  (a, b) =>
    a.raw === b.raw &&
    a.links === b.links &&
    a.level === b.level &&
    a.closed === b.closed &&
    a.token.type === b.token.type,
)

/** The blocks of a message. `done`: nothing will be added to the last one. */
export function Blocks({ blocks, done }: { blocks: readonly Block[]; done: boolean }): ReactNode {
  const levels = headingLevels(blocks)
  return blocks.map((block, index) => (
    <MemoBlock
      key={block.key}
      raw={block.raw}
      token={block.token}
      links={block.links}
      level={levels[index] ?? 0}
      closed={done || index < blocks.length - 1}
    />
  ))
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

function BlockOf({ token, level, closed }: Omit<BlockProps, 'raw' | 'links'>): ReactNode {
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
      return <List list={token as Tokens.List} />
    case 'blockquote':
      return (
        <blockquote>
          <Nested tokens={any.tokens} />
        </blockquote>
      )
    case 'table':
      return <Table table={token as Tokens.Table} />
    case 'hr':
      return <hr />
    case 'math':
      return <Maths tex={(token as MathToken).tex} display={(token as MathToken).display} />
    case 'html':
      return <p className="md-html">{any.raw.trim()}</p>
    case 'space':
    case 'def':
    case 'checkbox':
      return null
    default:
      return <Inline tokens={[token]} />
  }
}

/** Blocks inside a block: no text is added to them without the outer one changing too. */
function Nested({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the list is made anew as a whole
    <BlockOf key={index} token={token} level={6} closed />
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

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
    <li key={index} className={item.task ? 'md-task' : undefined}>
      {item.task ? <TaskBox checked={item.checked === true} /> : null}
      {item.task ? (
        <div>
          <Nested tokens={item.tokens} />
        </div>
      ) : (
        <Nested tokens={item.tokens} />
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

function Table({ table }: { table: Tokens.Table }) {
  const words = useWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="md-table" aria-label={words('markdown.table')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place
              <th key={index} scope="col" className={alignClass(cell.align)}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place
                <td key={column} className={alignClass(cell.align)}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function alignClass(align: 'left' | 'right' | 'center' | null): string | undefined {
  return align && align !== 'left' ? `md-${align}` : undefined
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
