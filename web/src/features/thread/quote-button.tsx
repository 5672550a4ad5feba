// The button by a selection in a message. Keys have the action, so that Tab does not lead here.
import { Quote } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'
import { useWords } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import { Button } from '../../ui/button'
import { selectedIn } from './quoting'
import './quote-button.css'

/** Pixels between the selection and the button. */
const GAP_PX = 6
/** What the button takes at most, so that it stays in sight. */
const [WIDTH_PX, HEIGHT_PX] = [120, 40]

interface Place {
  messageId: string
  left: number
  top: number
}

export function QuoteButton({
  scroller,
  onQuote,
}: {
  scroller: RefObject<HTMLElement | null>
  onQuote: (id: string) => void
}) {
  const words = useWords()
  const keys = useKeyNames('quote')
  const place = useSelectionPlace(scroller)
  if (!place) return null
  return (
    <Button
      size="s"
      className="quote-button"
      icon={<Quote size={14} aria-hidden />}
      tabIndex={-1}
      title={keys.join('+')}
      style={{ left: place.left, top: place.top }}
      // The selection is to outlast the press.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onQuote(place.messageId)}
    >
      {words('quote.selection')}
    </Button>
  )
}

/** Where the button goes, once the pointer that selects is up; `undefined`: nothing that can be quoted is selected. */
function useSelectionPlace(scroller: RefObject<HTMLElement | null>): Place | undefined {
  const [place, setPlace] = useState<Place>()
  useEffect(() => {
    let frame = 0
    let pressed = false
    const look = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => setPlace(pressed ? undefined : placeIn(scroller.current)))
    }
    const press = (event: PointerEvent) => {
      // A finger selects by the handles, whose moves no page sees.
      pressed = event.pointerType === 'mouse'
    }
    const release = () => {
      pressed = false
      look()
    }
    const listening = new AbortController()
    const { signal } = listening
    document.addEventListener('selectionchange', look, { signal })
    document.addEventListener('pointerdown', press, { signal, capture: true })
    document.addEventListener('pointerup', release, { signal, capture: true })
    document.addEventListener('pointercancel', release, { signal, capture: true })
    document.addEventListener('scroll', look, { signal, capture: true, passive: true })
    window.addEventListener('resize', look, { signal })
    return () => {
      listening.abort()
      cancelAnimationFrame(frame)
    }
  }, [scroller])
  return place
}

function placeIn(scroller: HTMLElement | null): Place | undefined {
  const selected = selectedIn(scroller)
  const boxes = selected ? [...selected.range.getClientRects()].filter((box) => box.width > 0) : []
  const box = boxes.at(-1)
  if (!selected || !scroller || !box) return undefined
  const view = scroller.getBoundingClientRect()
  if (box.bottom < view.top || box.top > view.bottom) return undefined
  const below = box.bottom + GAP_PX
  const top = below + HEIGHT_PX > view.bottom ? box.top - GAP_PX - HEIGHT_PX : below
  const left = Math.min(Math.max(box.right - WIDTH_PX / 2, view.left + 8), view.right - WIDTH_PX)
  return { messageId: selected.messageId, left, top }
}
