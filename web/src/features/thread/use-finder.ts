// Finding in the session on screen: what is looked for, where one stands among what was found, and going on from there.
//
// Always true: the count is that of messages, as the server counts them over the whole branch; within a message one goes
// from mark to mark.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useAction } from '../../parts/actions/use-action'
import { type Found, leaveTarget, showMessage, type Target, useFind, useTarget } from '../../state'
import { occurrencesIn, saidIn } from './marks'

export interface Finder {
  open: boolean
  /** Grows with each wish to find, so that the field is focused anew. */
  asked: number
  text: string
  setText(text: string): void
  found: Found
  /** Among the messages, from 0; -1: at none. */
  at: number
  step(by: 1 | -1): void
  close(): void
}

const NONE: readonly string[] = []

export function useFinder(sessionId: string): Finder {
  const [asked, setAsked] = useState(0)
  const [text, setText] = useState('')
  const target = useTarget(sessionId)
  const open = asked > 0
  const found = useFind(sessionId, open ? text : '')
  const back = useRef<Element | null>(null)

  useAction('find', () => {
    if (!open) back.current = document.activeElement
    setAsked((times) => times + 1)
  })

  const at = found.items.findIndex((item) => item.messageId === target?.messageId)
  const go = useCallback(
    (messageId: string, nth: Target['nth']) =>
      showMessage({ sessionId, messageId, texts: [found.text], nth, focus: false }),
    [sessionId, found.text],
  )

  // What was found for another text is gone to at once, from where the reader is.
  const gone = useRef('')
  useEffect(() => {
    if (found.status !== 'ready' || gone.current === found.text) return
    gone.current = found.text
    const first = nearest(found.items.map((item) => item.messageId))
    if (first) go(first, 0)
    else leaveTarget()
  }, [found, go])

  const step = (by: 1 | -1) => {
    const { items } = found
    if (items.length === 0) return
    const said = target && at >= 0 ? saidIn(document, target.messageId) : null
    const marks = said ? occurrencesIn(said, [found.text]).length : 0
    const nth = target?.nth === 'last' ? marks - 1 : (target?.nth ?? 0)
    if (target && at >= 0 && nth + by >= 0 && nth + by < marks) return go(target.messageId, nth + by)
    const next = items[(at + by + items.length) % items.length]
    if (next) go(next.messageId, by > 0 ? 0 : 'last')
  }

  const close = () => {
    setAsked(0)
    setText('')
    gone.current = ''
    leaveTarget()
    if (back.current instanceof HTMLElement) back.current.focus()
  }

  return { open, asked, text, setText, found, at, step, close }
}

/** What is marked: all that was found, or what a search led to. */
export function useMarked(sessionId: string, finder: Finder) {
  const target = useTarget(sessionId)
  const { open, found } = finder
  return useMemo(() => {
    if (open) {
      return { texts: [found.text], messages: found.items.map((item) => item.messageId), target }
    }
    return { texts: target?.texts ?? NONE, messages: target ? [target.messageId] : NONE, target }
  }, [open, found, target])
}

/** The first of these messages at or below the top of what is in view; else the last one. */
function nearest(ids: readonly string[]): string | undefined {
  const scroller = document.querySelector('.thread__scroller')
  const top = scroller?.getBoundingClientRect().top ?? 0
  const inView = [...(scroller?.querySelectorAll<HTMLElement>('[data-message]') ?? [])].find(
    (row) => row.getBoundingClientRect().bottom > top,
  )
  const rows = [...(scroller?.querySelectorAll<HTMLElement>('[data-message]') ?? [])]
  const below = rows.slice(inView ? rows.indexOf(inView) : 0).map((row) => row.dataset.message)
  return ids.find((id) => below.includes(id)) ?? ids.at(-1)
}
