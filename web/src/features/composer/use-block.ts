/** Blocks that come into the draft from elsewhere: at the caret, which stands below them afterwards. */
import { type RefObject, useLayoutEffect, useRef } from 'react'
import { withBlock } from '../../parts/markdown/quote'
import { useInsertions } from '../../state'

export function useBlock(
  draftKey: string,
  area: RefObject<HTMLTextAreaElement | null>,
  draft: string,
  setDraft: (text: string) => void,
): void {
  const next = useRef<number | null>(null)
  useInsertions(draftKey, (block) => {
    const field = area.current
    // Until somebody wrote in it, the caret of a draft that was kept stands at its start.
    const untouched = field?.selectionEnd === 0 && document.activeElement !== field
    const made = withBlock(draft, field && !untouched ? field.selectionEnd : draft.length, block)
    next.current = made.caret
    setDraft(made.text)
  })
  useLayoutEffect(() => {
    const caret = next.current
    if (caret === null || !area.current) return
    next.current = null
    area.current.focus()
    area.current.setSelectionRange(caret, caret)
    // What is written below the block is in sight.
    if (caret === draft.length) area.current.scrollTop = area.current.scrollHeight
  }, [area, draft])
}
