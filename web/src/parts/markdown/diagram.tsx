// The page's side of a drawing frame: hands the source in, gives the frame its height, says what went wrong.
//
// Always true: only the frame that was opened is listened to, by its window and its origin, which is `null`; nothing it
// says is more than a number or a text.
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { type DrawRequest, drawAnswer } from './diagram-protocol'

const LOWEST_PX = 80
const HIGHEST_PX = 2_000
/** Characters of Mermaid's words that are shown. */
const REASON_MAX = 400

type Drawing = { state: 'loading' } | { state: 'drawn'; height: number } | { state: 'failed'; reason: string }

export function Diagram({ url, source }: { url: string; source: string }) {
  const words = useWords()
  const frame = useRef<HTMLIFrameElement>(null)
  const [ready, setReady] = useState(false)
  const [drawing, setDrawing] = useState<Drawing>({ state: 'loading' })
  const dark = useDark()

  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (event.source === null || event.source !== frame.current?.contentWindow || event.origin !== 'null')
        return
      const answer = drawAnswer(event.data)
      if (answer?.kind === 'ready') setReady(true)
      if (answer?.kind === 'drawn') setDrawing({ state: 'drawn', height: answer.height })
      if (answer?.kind === 'failed') {
        setDrawing({ state: 'failed', reason: answer.reason.slice(0, REASON_MAX) })
      }
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [])

  useEffect(() => {
    if (!ready) return
    const request: DrawRequest = { kind: 'draw', source, dark }
    // Its origin is none that could be named; nobody else gets to be in this frame (`frame-src`).
    frame.current?.contentWindow?.postMessage(request, '*')
  }, [ready, source, dark])

  const height =
    drawing.state === 'drawn' ? Math.min(HIGHEST_PX, Math.max(LOWEST_PX, drawing.height)) : LOWEST_PX
  return (
    <>
      {drawing.state === 'loading' ? (
        <p className="preview__note">{words('markdown.previewLoading')}</p>
      ) : null}
      {drawing.state === 'failed' ? (
        <p className="preview__trouble" role="alert">
          {words('markdown.diagramFailed')} <span className="preview__reason">{drawing.reason}</span>
        </p>
      ) : null}
      <iframe
        ref={frame}
        className="preview__frame"
        hidden={drawing.state === 'failed'}
        style={{ height }}
        title={words('markdown.previewOf', { kind: words('markdown.kinds.mermaid') })}
        src={url}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
      />
    </>
  )
}

/** Whether the page is dark now: the theme that was chosen, else the system's. */
function useDark(): boolean {
  const [dark, setDark] = useState(isDark)
  useEffect(() => {
    const look = () => setDark(isDark())
    const query = matchMedia('(prefers-color-scheme: dark)')
    const chosen = new MutationObserver(look)
    query.addEventListener('change', look)
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      query.removeEventListener('change', look)
      chosen.disconnect()
    }
  }, [])
  return dark
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
}
