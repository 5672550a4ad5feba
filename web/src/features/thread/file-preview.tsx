// What a file holds, as far as text can show it: Markdown, code, a table, or plain text.
import { useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import { endingOf, lookOf } from '../../parts/attachments/kinds'
import { parseTable } from '../../parts/attachments/table'
import { CodeBlock } from '../../parts/markdown/code-block'
import { Markdown } from '../../parts/markdown/markdown'
import { type AttachmentText, type ChatAttachmentRef, useAttachmentText } from '../../state'
import { Button } from '../../ui/button'
import { WorkingDot } from '../../ui/working-dot'

/** Characters that are asked for at first, and where somebody wants all. */
const FIRST = 100_000
const ALL = 2_000_000
/** Rows of a table that are shown at first. */
const ROWS = 500

export function FilePreview({ file }: { file: ChatAttachmentRef }) {
  const words = useWords()
  const [most, setMost] = useState(FIRST)
  const { value, problem } = useAttachmentText(file.id, most)
  if (problem) return <p className="viewer__note">{words('files.gone', { detail: problem.detail })}</p>
  if (!value) {
    return (
      <p className="viewer__note" role="status">
        <WorkingDot />
        {words('files.loading')}
      </p>
    )
  }
  if (value.text === undefined || value.text === null) {
    return <p className="viewer__note">{whyEmpty(file, value, words)}</p>
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="preview" tabIndex={0} aria-label={file.name}>
      {value.pages || value.cut ? (
        <p className="preview__facts">
          {value.pages ? <span>{words('files.pages', { count: value.pages })}</span> : null}
          {value.cut ? <span>{words('files.cut')}</span> : null}
          {value.cut && most === FIRST ? (
            <Button size="s" onClick={() => setMost(ALL)}>
              {words('files.showAll')}
            </Button>
          ) : null}
        </p>
      ) : null}
      <Text file={file} text={value.text} />
    </section>
  )
}

function whyEmpty(
  file: ChatAttachmentRef,
  { state, detail }: AttachmentText,
  words: ReturnType<typeof useWords>,
): string {
  if (state === 'pending') return words('files.pendingText')
  if (state === 'failed' && detail) return detail
  return words(lookOf(file.mimeType) === 'document' ? 'files.noText' : 'files.noPreview')
}

function Text({ file, text }: { file: ChatAttachmentRef; text: string }) {
  switch (lookOf(file.mimeType)) {
    case 'markdown':
      return (
        <div className="preview__prose">
          <Markdown text={text} done />
        </div>
      )
    case 'code':
      return <CodeBlock code={text} language={endingOf(file.name).toLowerCase()} closed />
    case 'table':
      return <Table file={file} text={text} />
    default:
      return <pre className="preview__text">{text}</pre>
  }
}

function Table({ file, text }: { file: ChatAttachmentRef; text: string }) {
  const words = useWords()
  const [all, setAll] = useState(false)
  const table = useMemo(() => parseTable(text, file.mimeType), [text, file.mimeType])
  const [head = [], ...body] = table
  const rows = all ? body : body.slice(0, ROWS)
  return (
    <>
      <p className="preview__facts">
        <span>{words('files.rows', { count: body.length })}</span>
        {rows.length < body.length ? (
          <Button size="s" onClick={() => setAll(true)}>
            {words('files.showAll')}
          </Button>
        ) : null}
      </p>
      <table className="preview__table" aria-label={words('files.table', { name: file.name })}>
        <thead>
          <tr>
            <td aria-hidden />
            {head.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
              <th key={index} scope="col" title={cell}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={index}>
              <th scope="row">{index + 1}</th>
              {row.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
                <td key={place} title={cell}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
