// A fence as what it describes: a document, a picture, a diagram, in a frame that can do nothing to the page.
//
// Always true: only a click opens a frame; its address is good once; whatever goes wrong, the source stays in sight.
// Elsewhere: what a frame may do (`cowork-server`, `frames`), what diagrams need besides (diagram.tsx).
import { useEffect, useState } from 'react'
import { useWords } from '../../i18n'
import { Diagram } from './diagram'
import type { MarkdownHost, PreviewKind } from './host'

/** What a fence can be previewed as; `undefined`: as nothing. */
export function previewKind(language: string, code: string): PreviewKind | undefined {
  if (code.trim() === '') return undefined
  if (language === 'html' || language === 'htm') return 'html'
  if (language === 'svg' || (language === 'xml' && /^\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]/i.test(code)))
    return 'svg'
  return language === 'mermaid' ? 'mermaid' : undefined
}

interface PreviewProps {
  kind: PreviewKind
  source: string
  openFrame: NonNullable<MarkdownHost['openFrame']>
}

type Opened = { url: string } | { trouble: string } | undefined

export function Preview({ kind, source, openFrame }: PreviewProps) {
  const words = useWords()
  const [opened, setOpened] = useState<Opened>(undefined)
  // A diagram is drawn anew in the same frame; anything else needs a frame of its own.
  const content = kind === 'mermaid' ? undefined : source

  useEffect(() => {
    let gone = false
    setOpened(undefined)
    openFrame(kind, content).then(
      (url) => !gone && setOpened({ url }),
      (reason: unknown) => !gone && setOpened({ trouble: reasonOf(reason) }),
    )
    return () => {
      gone = true
    }
  }, [openFrame, kind, content])

  return (
    <section
      className="preview"
      aria-label={words('markdown.previewOf', { kind: words(`markdown.kinds.${kind}`) })}
    >
      <p className="preview__note">{words('markdown.previewNote')}</p>
      {opened === undefined ? <p className="preview__note">{words('markdown.previewLoading')}</p> : null}
      {opened && 'trouble' in opened ? (
        <p className="preview__trouble" role="alert">
          {words('markdown.previewFailed', { reason: opened.trouble })}
        </p>
      ) : null}
      {opened && 'url' in opened ? (
        kind === 'mermaid' ? (
          <Diagram url={opened.url} source={source} />
        ) : (
          <iframe
            className="preview__frame preview__frame--page"
            title={words('markdown.previewOf', { kind: words(`markdown.kinds.${kind}`) })}
            src={opened.url}
            sandbox=""
            referrerPolicy="no-referrer"
          />
        )
      ) : null}
    </section>
  )
}

function reasonOf(reason: unknown): string {
  if (reason instanceof Error) return 'detail' in reason ? String(reason.detail) : reason.message
  return String(reason)
}
