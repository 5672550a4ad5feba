// A message, or what of it is selected, as a quote in the composer.
//
// Always true: what is quoted is of one message; without a selection in it, it is the message as it was written.
import { quoted } from '../../parts/markdown/quote'
import { markdownOf } from '../../parts/markdown/selected'
import { insertBlock, textOf } from '../../state'

export interface Selected {
  messageId: string
  markdown: string
  range: Range
}

/** What is selected within the text of one message below `scope`; `undefined`: nothing. */
export function selectedIn(scope: Element | null): Selected | undefined {
  const selection = document.getSelection()
  if (!scope || !selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  const start = elementOf(range.startContainer)
  const text = start?.closest('.md') ?? start?.closest('.row__said')?.querySelector('.md')
  const row = text?.closest<HTMLElement>('[data-message]')
  if (!text || !row?.dataset.message || !scope.contains(row)) return undefined
  // A whole paragraph is selected up to the beginning of what comes after it.
  const end = elementOf(range.endContainer)?.closest('[data-message]')
  if (end && end !== row && range.endOffset > 0) return undefined
  const markdown = markdownOf(range, text)
  return markdown === '' ? undefined : { messageId: row.dataset.message, markdown, range }
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement
}

/** Quotes what of this message is selected, else all of it; `false`: it has no text. */
export function quoteMessage(sessionId: string, id: string, scope: Element | null): boolean {
  const selected = selectedIn(scope)
  const text = selected?.messageId === id ? selected.markdown : textOf(sessionId, id)
  const quote = quoted(text ?? '')
  if (quote === '') return false
  document.getSelection()?.removeAllRanges()
  return insertBlock(sessionId, quote)
}
