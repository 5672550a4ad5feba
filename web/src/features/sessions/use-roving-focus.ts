/** One line of a virtual list is reached by Tab: the focused one, else the active one, else the first. */
import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { type Line, moved } from './lines'

export function useRovingFocus(
  lines: readonly Line[],
  activeId: string | null,
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const indexOf = (id: string | null) => (id === null ? -1 : lines.findIndex((line) => line.key === id))
  const candidates = [indexOf(chosen), indexOf(activeId), moved(lines, 0, 'Home') ?? -1]
  const focused = candidates.find((at) => at >= 0) ?? -1
  // The row that has the focus stays until the one that gets it is there: else the focus would fall to the page.
  const mounted = [...new Set([focused, indexOf(target)])].filter((at) => at >= 0)

  useEffect(
    () => (target === null ? undefined : focusWhenThere(scroller.current, target)),
    [target, scroller],
  )

  const onKeyDown = (press: KeyboardEvent) => {
    if (!(press.target instanceof HTMLElement) || !press.target.dataset.line) return
    const to = moved(lines, indexOf(press.target.dataset.line), press.key)
    const line = to === undefined ? undefined : lines[to]
    if (to === undefined || !line) return
    press.preventDefault()
    setTarget(line.key)
    list.current?.scrollToIndex(to, { align: 'nearest' })
  }

  const onFocus = (event: FocusEvent) => {
    const key = event.target instanceof HTMLElement ? event.target.dataset.line : undefined
    if (!key) return
    setChosen(key)
    if (key === target) setTarget(null)
  }

  return { focused, mounted, onKeyDown, onFocus }
}

/** Focuses the line's control as soon as the list shows it; gives up when the returned function is called. */
function focusWhenThere(scroller: HTMLElement | null, key: string): () => void {
  let frame = 0
  const look = () => {
    const control = scroller?.querySelector<HTMLElement>(`[data-line="${CSS.escape(key)}"]`)
    control?.focus({ preventScroll: true })
    // A row that has not been measured yet is hidden, and takes no focus.
    if (!control || document.activeElement !== control) frame = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(frame)
}
