// The rows in a virtual list: earlier ones come in near the top, the end stays in view while the reader is there.
import { ArrowDown } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useWords } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import type { ThreadView } from '../../state'
import { Button } from '../../ui/button'
import { WorkingDot } from '../../ui/working-dot'
import { isTyping } from './keys'
import { MessageRow } from './message-row'
import { QuoteButton } from './quote-button'
import { quoteMessage, selectedIn } from './quoting'
import { RowActionsContext } from './row-context'
import { type Stick, stick } from './stick'
import { useBringing } from './use-bringing'
import { type Marks, useMarks } from './use-marks'
import { MOST_PRINTED, usePrinting } from './use-printing'

/** Pixels from the top at which the next earlier window is fetched. */
const EARLIER_AT_PX = 900

export interface MessageListProps {
  sessionId: string
  view: ThreadView
  marks: Marks
  /** Lies over the rows. */
  children: ReactNode
}

export function MessageList({ sessionId, view, marks, children }: MessageListProps) {
  const words = useWords()
  const { rows, hasMore, loadEarlier, loadingEarlier } = view
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const sticking = useRef<Stick | undefined>(undefined)
  const [away, setAway] = useState(false)
  const [editing, setEditing] = useState<string | null>(null)
  const [focused, setFocused] = useState<string | null>(null)

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return
    const made = stick(scroller.current, content.current, setAway)
    sticking.current = made
    made.toEnd()
    const shown = showWhenSettled(scroller.current, content.current)
    return () => {
      shown()
      made.stop()
    }
  }, [])

  const committed = useRef(rows)
  const before = committed.current[0]
  const shift = before !== undefined && before !== rows[0] && rows.includes(before)
  useLayoutEffect(() => {
    const last = rows.at(-1)
    // What one sends oneself is always brought into view.
    if (last !== committed.current.at(-1) && last?.startsWith('local:')) sticking.current?.toEnd()
    committed.current = rows
  }, [rows])

  const lookForEarlier = useCallback(() => {
    if (hasMore && (scroller.current?.scrollTop ?? Number.POSITIVE_INFINITY) < EARLIER_AT_PX) loadEarlier()
  }, [hasMore, loadEarlier])
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows may still leave the top in sight
  useEffect(() => {
    const frame = requestAnimationFrame(lookForEarlier)
    return () => cancelAnimationFrame(frame)
  }, [lookForEarlier, rows])

  useMarks(content, marks)
  useBringing(marks.target, view, { list, scroller, sticking })

  const focusRow = useCallback(
    (index: number) => {
      const id = rows[index]
      if (id === undefined) return
      setFocused(id)
      sticking.current?.letGo()
      list.current?.scrollToIndex(index, { align: 'nearest' })
      focusWhenThere(scroller.current, id)
    },
    [rows],
  )
  const current = focused !== null && rows.includes(focused) ? focused : rows.at(-1)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    focusRow(Math.max(0, Math.min(rows.length - 1, rows.indexOf(current ?? '') + step)))
  }

  const actions = useMemo(
    () => ({
      sessionId,
      edit: setEditing,
      quote: (id: string) => void quoteMessage(sessionId, id, scroller.current),
      focus: setFocused,
      hold: () => sticking.current?.letGo(),
    }),
    [sessionId],
  )
  useAction('quote', () => {
    const id = selectedIn(scroller.current)?.messageId ?? current
    if (id !== undefined) actions.quote(id)
  })
  const printing = usePrinting(sessionId)
  const keep = useMemo(() => {
    if (printing) return rows.map((_, index) => index).slice(-MOST_PRINTED)
    return [...new Set([editing, current, marks.target?.messageId])].flatMap((id) =>
      id ? indexIn(rows, id) : [],
    )
  }, [printing, rows, editing, current, marks.target])

  return (
    <div className="thread">
      {children}
      <div
        ref={scroller}
        className="thread__scroller"
        role="log"
        aria-live="off"
        aria-label={words('thread.log')}
        onScroll={lookForEarlier}
        onKeyDown={onKeyDown}
      >
        {loadingEarlier ? (
          <p className="thread__earlier" role="status">
            <WorkingDot />
            {words('thread.loadingEarlier')}
          </p>
        ) : null}
        <div ref={content} className="thread__content">
          <RowActionsContext value={actions}>
            <Virtualizer
              ref={list}
              scrollRef={scroller}
              shift={shift}
              keepMounted={keep}
              bufferSize={400}
              itemSize={240}
            >
              {rows.map((id, index) => (
                <MessageRow
                  key={view.keyOf(id)}
                  sessionId={sessionId}
                  id={id}
                  place={view.placeOf(id)}
                  running={view.running.includes(id)}
                  position={index + 1}
                  count={hasMore ? -1 : rows.length}
                  last={index === rows.length - 1}
                  current={id === current}
                  found={id === marks.target?.messageId}
                  editing={id === editing}
                />
              ))}
            </Virtualizer>
          </RowActionsContext>
        </div>
      </div>
      <QuoteButton scroller={scroller} onQuote={actions.quote} />
      {away ? (
        <Button
          size="s"
          className="thread__latest"
          icon={<ArrowDown size={14} aria-hidden />}
          onClick={() => {
            list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
            sticking.current?.toEnd()
          }}
        >
          {words('thread.latest')}
        </Button>
      ) : null}
    </div>
  )
}

function indexIn(rows: readonly string[], id: string): number[] {
  const index = rows.indexOf(id)
  return index < 0 ? [] : [index]
}

/** Frames that opening at the end may take before it is shown as it is. */
const SETTLING_FRAMES = 20

/**
 * Keeps the content unpainted until its end is in place: the list measures its way there, and what it shows meanwhile
 * would be painted for nothing.
 */
function showWhenSettled(scroller: HTMLElement, content: HTMLElement): () => void {
  let frame = 0
  const look = (left: number) => {
    const distance = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
    const there = distance < 1 && content.querySelector('[data-last]') !== null
    if (there || left === 0) delete content.dataset.settling
    else frame = requestAnimationFrame(() => look(left - 1))
  }
  content.dataset.settling = ''
  frame = requestAnimationFrame(() => look(SETTLING_FRAMES))
  return () => {
    cancelAnimationFrame(frame)
    delete content.dataset.settling
  }
}

/** Focuses a row as soon as the virtual list has mounted it; gives up after a few frames. */
function focusWhenThere(scroller: HTMLElement | null, id: string, frames = 10): void {
  const row = scroller?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`)
  if (row) row.focus({ preventScroll: true })
  else if (frames > 0) requestAnimationFrame(() => focusWhenThere(scroller, id, frames - 1))
}
