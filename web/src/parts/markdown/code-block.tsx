// A fence: its language, a copy button, and its lines, coloured as far as the worker got.
import { Check, Copy } from 'lucide-react'
import { memo, useEffect, useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import { useColours } from './highlight'
import type { ColouredLine } from './highlight-protocol'
import { languageOfWord } from './language-names'

export interface CodeBlockProps {
  code: string
  /** The fence's own word for its language; may be empty. */
  language: string
  closed: boolean
}

export function CodeBlock({ code, language, closed }: CodeBlockProps) {
  const words = useWords()
  const { grammar, name } = languageOfWord(language)
  const lines = useMemo(() => code.split('\n'), [code])
  const colours = useColours(lines, grammar, closed)
  const label = name || words('markdown.plainCode')
  return (
    <figure className="code">
      <figcaption className="code__bar">
        <span className="code__language">{label}</span>
        <CopyButton text={code} />
      </figcaption>
      <section
        className="code__well"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={words('markdown.code', { language: label })}
      >
        <pre>
          <code>
            {lines.map((line, index) => (
              <Line
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                key={index}
                text={line}
                coloured={colours[index]}
                last={index === lines.length - 1}
              />
            ))}
          </code>
        </pre>
      </section>
    </figure>
  )
}

/** One line; renders again only when its text or its colours changed. */
const Line = memo(
  ({ text, coloured, last }: { text: string; coloured: ColouredLine | undefined; last: boolean }) => {
    const end = last ? '' : '\n'
    if (!coloured) return `${text}${end}`
    return (
      <span>
        {coloured.map(([piece, colour], index) =>
          colour ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
            <span key={index} className={`tok-${colour}`}>
              {piece}
            </span>
          ) : (
            piece
          ),
        )}
        {end}
      </span>
    )
  },
)

/** How long the button says that it copied. */
const SAID_MS = 1_600

function CopyButton({ text }: { text: string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <button type="button" className="code__copy" onClick={copy}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {words(copied ? 'markdown.copied' : 'markdown.copy')}
    </button>
  )
}
