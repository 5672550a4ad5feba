/**
 * Earlier prompts by the up arrow, as in a shell: up goes back, down comes forward again, to the empty box at last.
 *
 * Always true: only an empty box, or one that holds a recalled prompt unchanged, is replaced.
 */
import { type KeyboardEvent, useRef } from 'react'
import { promptsOf } from '../../state'

export function useRecall(
  sessionId: string | null,
  draft: string,
  setDraft: (text: string) => void,
): (press: KeyboardEvent<HTMLTextAreaElement>) => boolean {
  const recalled = useRef<{ prompts: readonly string[]; at: number } | null>(null)
  return (press) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[press.key]
    if (by === undefined || !sessionId || press.shiftKey || press.altKey || press.ctrlKey || press.metaKey)
      return false
    const { selectionStart, selectionEnd } = press.currentTarget
    const now = recalled.current
    const unchanged = now !== null && now.prompts[now.at] === draft
    if (draft !== '' && !unchanged) return false
    // Within a recalled prompt of several lines the arrows go through its lines first.
    const edge = by === 1 ? 0 : draft.length
    if (unchanged && (selectionStart !== edge || selectionEnd !== edge) && draft.includes('\n')) return false
    const from = unchanged ? now : { prompts: promptsOf(sessionId), at: -1 }
    const at = from.at + by
    if (at < -1 || at >= from.prompts.length) return from.at >= 0
    recalled.current = at === -1 ? null : { ...from, at }
    setDraft(from.prompts[at] ?? '')
    return true
  }
}
