// The program of the frame that draws diagrams. It runs in a document with an origin of its own, which may load nothing.
//
// Always true: a source is taken only from the page that holds the frame; it answers with the drawing's height or with
// words, never with markup. Elsewhere: the document around it and its policy (`cowork-server`, `frames`), the page's
// side (`parts/markdown/diagram.tsx`).
import mermaid from 'mermaid'
import type { DrawAnswer, DrawRequest } from '../src/parts/markdown/diagram-protocol'

const into = document.getElementById('drawing') as HTMLElement
/** The page's origin: this document's address is one of its addresses, though its own origin is another. */
const { origin } = location
let drawn = 0
/** One after another: Mermaid keeps state between its calls. */
let work: Promise<void> = Promise.resolve()

addEventListener('message', ({ source, origin: from, data }: MessageEvent<DrawRequest>) => {
  if (source !== parent || from !== origin || data?.kind !== 'draw') return
  work = work.then(() => draw(data))
})

async function draw({ source, dark }: DrawRequest): Promise<void> {
  drawn += 1
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      theme: dark ? 'dark' : 'neutral',
      fontFamily: 'system-ui, sans-serif',
      maxTextSize: 50_000,
    })
    const { svg } = await mermaid.render(`diagram-${drawn}`, source)
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
    into.innerHTML = svg
    answer({ kind: 'drawn', height: Math.ceil(into.getBoundingClientRect().height) })
  } catch (reason) {
    into.replaceChildren()
    answer({ kind: 'failed', reason: reason instanceof Error ? reason.message : String(reason) })
  }
}

function answer(message: DrawAnswer): void {
  parent.postMessage(message, origin)
}

answer({ kind: 'ready' })
