// Keeps what was found painted in the rows that are there, while rows come and go.
import { type RefObject, useEffect } from 'react'
import type { Target } from '../../state'
import { FOUND, FOUND_NOW, occurrencesIn, paint, saidIn } from './marks'

/** What is marked: texts in messages, the one of them that is in view. */
export interface Marks {
  texts: readonly string[]
  messages: readonly string[]
  target: Target | null
}

export function useMarks(content: RefObject<HTMLElement | null>, { texts, messages, target }: Marks): void {
  useEffect(() => {
    const root = content.current
    if (!root || texts.length === 0 || messages.length === 0) return
    const marked = new Set(messages)
    let frame = 0
    const mark = () => {
      const all: Range[] = []
      let now: Range[] = []
      for (const row of root.querySelectorAll<HTMLElement>('[data-message]')) {
        const id = row.dataset.message ?? ''
        const said = marked.has(id) ? saidIn(root, id) : null
        if (!said) continue
        const ranges = occurrencesIn(said, texts)
        all.push(...ranges)
        if (id === target?.messageId) now = ranges.slice(target.nth === 'last' ? -1 : target.nth).slice(0, 1)
      }
      paint(FOUND, all)
      paint(FOUND_NOW, now)
    }
    const later = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(mark)
    }
    const observer = new MutationObserver(later)
    observer.observe(root, { childList: true, subtree: true, characterData: true })
    mark()
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      paint(FOUND, [])
      paint(FOUND_NOW, [])
    }
  }, [content, texts, messages, target])
}
