// A fence: its language, its code with colours as they become ready, and what can be done with it.
import { Hash, WrapText } from 'lucide-react'
import { memo, type ReactNode, useId, useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import { changeCodeView, useCodeView } from './code-view'
import { CopyTool } from './copy-tool'
import { useColours } from './highlight'
import type { ColouredLine } from './highlight-protocol'
import { useMarkdownHost } from './host'
import { languageOfWord } from './language-names'
import { Preview, previewKind } from './preview'
import { Written } from './written'

/** A fence with more lines shows its first ones; one that grew before the reader's eyes stays as it is. */
const FOLDED_LINES = 40
/** A line too few to be worth a button. */
const SPARED_LINES = 5

export interface CodeBlockProps {
  code: string
  /** The fence's own word for its language; may be empty. */
  language: string
  closed: boolean
}

export function CodeBlock({ code, language, closed }: CodeBlockProps) {
  const words = useWords()
  const id = useId()
  const { openFrame } = useMarkdownHost()
  const { wrap, numbers } = useCodeView()
  const { grammar, name } = languageOfWord(language)
  const lines = useMemo(() => code.split('\n'), [code])
  const [whole, setWhole] = useState(!closed)
  const [previewed, setPreviewed] = useState(false)
  const long = lines.length > FOLDED_LINES + SPARED_LINES
  const shown = useMemo(() => (long && !whole ? lines.slice(0, FOLDED_LINES) : lines), [lines, long, whole])
  const colours = useColours(shown, grammar, closed || shown !== lines)
  const label = name || words('markdown.plainCode')
  const kind = closed && openFrame ? previewKind(language, code) : undefined
  return (
    <figure className="code" data-wrap={wrap || undefined} data-numbers={numbers || undefined}>
      <figcaption className="code__bar">
        <span className="code__language">{label}</span>
        {kind ? (
          <button
            type="button"
            className="md-tool"
            aria-pressed={previewed}
            onClick={() => setPreviewed(!previewed)}
          >
            {words('markdown.preview')}
          </button>
        ) : null}
        <Toggle on={wrap} label={words('markdown.wrap')} onChange={(on) => changeCodeView({ wrap: on })}>
          <WrapText size={14} aria-hidden />
        </Toggle>
        <Toggle
          on={numbers}
          label={words('markdown.lineNumbers')}
          onChange={(on) => changeCodeView({ numbers: on })}
        >
          <Hash size={14} aria-hidden />
        </Toggle>
        <CopyTool label={words('markdown.copy')} text={() => code} />
      </figcaption>
      {kind && previewed && openFrame ? <Preview kind={kind} source={code} openFrame={openFrame} /> : null}
      <section
        id={long ? id : undefined}
        className="code__well"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={words('markdown.code', { language: label })}
      >
        <pre dir="ltr">
          <code>
            {shown.map((line, index) => (
              <Line
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                key={index}
                text={line}
                coloured={colours[index]}
                last={index === shown.length - 1}
                numbered={numbers}
              />
            ))}
          </code>
        </pre>
      </section>
      {long ? (
        <button
          type="button"
          className="code__fold"
          aria-expanded={whole}
          aria-controls={id}
          onClick={() => setWhole(!whole)}
        >
          {whole ? words('markdown.showFewer') : words('markdown.showAll', { count: lines.length })}
        </button>
      ) : null}
    </figure>
  )
}

interface ToggleProps {
  on: boolean
  label: string
  onChange: (on: boolean) => void
  children: ReactNode
}

/** A choice for code in all messages; a plain title, since a block of code should cost little. */
function Toggle({ on, label, onChange, children }: ToggleProps) {
  return (
    <button
      type="button"
      className="md-tool md-tool--icon"
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={() => onChange(!on)}
    >
      {children}
    </button>
  )
}

interface LineProps {
  text: string
  coloured: ColouredLine | undefined
  last: boolean
  numbered: boolean
}

/** One line; renders again only when its text, its colours or its number changed. */
const Line = memo(({ text, coloured, last, numbered }: LineProps) => {
  const end = last ? '' : '\n'
  if (!coloured && !numbered) return <Written text={`${text}${end}`} where="code" />
  return (
    <span className="code__line">
      {coloured ? coloured.map(colouredPiece) : <Written text={text} where="code" />}
      {end}
    </span>
  )
})

function colouredPiece([piece, colour]: ColouredLine[number], index: number): ReactNode {
  const written = <Written key={index} text={piece} where="code" />
  if (!colour) return written
  return (
    <span key={index} className={`tok-${colour}`}>
      {written}
    </span>
  )
}
