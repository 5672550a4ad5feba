// Brings an occurrence in a row of the virtual list into view. No React here.
//
// Always true: it looks again while rows are measured and move, and gives up after a bounded number of frames.
import type { VirtualizerHandle } from 'virtua'
import type { Target } from '../../state'
import { occurrencesIn, saidIn } from './marks'

/** Frames that rows may take to be there and to stay where they are. */
const FRAMES = 90
/** Frames without a move after which it is there. */
const STILL = 4
/** Room that is kept above and below. */
const MARGIN_PX = 96

/** Calls `done` once it is in view, or can't be; the returned function gives it up. */
export function bring(
  list: VirtualizerHandle,
  scroller: HTMLElement,
  index: number,
  target: Target,
  done: () => void,
): () => void {
  let frame = 0
  let still = 0
  const look = (left: number) => {
    const moved = settle(list, scroller, index, target)
    still = moved ? 0 : still + 1
    if (still >= STILL || left === 0) {
      const row = scroller.querySelector<HTMLElement>(`[data-message="${CSS.escape(target.messageId)}"]`)
      if (target.focus) row?.focus({ preventScroll: true })
      done()
    } else frame = requestAnimationFrame(() => look(left - 1))
  }
  list.scrollToIndex(index, { align: 'center' })
  frame = requestAnimationFrame(() => look(FRAMES))
  return () => cancelAnimationFrame(frame)
}

/** Whether something had to be moved, or is not there yet. */
function settle(list: VirtualizerHandle, scroller: HTMLElement, index: number, target: Target): boolean {
  const said = saidIn(scroller, target.messageId)
  const box = said?.getBoundingClientRect()
  if (!said || !box || box.height === 0) {
    list.scrollToIndex(index, { align: 'center' })
    return true
  }
  const ranges = occurrencesIn(said, target.texts)
  const place = (target.nth === 'last' ? ranges.at(-1) : ranges[target.nth])?.getBoundingClientRect() ?? box
  const view = scroller.getBoundingClientRect()
  const [top, bottom] = [view.top + MARGIN_PX, view.bottom - MARGIN_PX]
  const off = place.top < top ? place.top - top : place.top > bottom ? place.top - bottom : 0
  if (Math.abs(off) < 2) return false
  const before = scroller.scrollTop
  scroller.scrollTop += off
  // At either end there is no more room to move.
  return Math.abs(scroller.scrollTop - before) >= 1
}
