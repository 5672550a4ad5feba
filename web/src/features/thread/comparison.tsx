/**
 * The answers of several models to one message, side by side in one row; one of them is gone on with.
 *
 * Always true: each answer is a region named by its model, with its own controls; the arrow keys and the switch lead from
 * one to the next. Elsewhere: which answers belong together (`state`), an answer's own content (`answer`).
 */
import { ChevronLeft, ChevronRight, Square, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { dollars } from '../../parts/models/choice'
import {
  type ChatMessage,
  cancelMessage,
  selectBranch,
  sendNow,
  setSideBySide,
  useMessage,
  useModels,
  useRunning,
} from '../../state'
import { Button, IconButton } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { Answer } from './answer'
import { AnswerDetails } from './answer-details'
import { attempt } from './attempt'
import { CopyButton } from './copy-button'
import { CopyMenu } from './copy-menu'
import { isTyping } from './keys'
import { useRowActions } from './row-context'
import { duration } from './times'
import './comparison.css'

export interface ComparisonProps {
  group: string
  /** In the order asked. */
  answers: readonly string[]
  /** The one that the conversation goes on from. */
  active: string
  /** In the line of waiting turns, from 0; -1 when it does not wait. */
  place: number
  last: boolean
}

export function Comparison({ group, answers, active, place, last }: ComparisonProps) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const running = useRunning(sessionId)
  const columns = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(Math.max(0, answers.indexOf(active)))
  const fits = useFits(columns)

  const show = (index: number, focus: boolean) => {
    const column = columns.current?.children[index]
    if (!(column instanceof HTMLElement)) return
    setShown(index)
    column.scrollIntoView({ block: 'nearest', inline: 'start' })
    if (focus) column.focus({ preventScroll: true })
  }
  const onKeyDown = (press: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[press.key]
    if (by === undefined || press.ctrlKey || press.metaKey || press.altKey || isTyping(press.target)) return
    const at = answers.findIndex((_, index) =>
      columns.current?.children[index]?.contains(press.target as Node),
    )
    const to = at + by * (document.dir === 'rtl' ? -1 : 1)
    if (at < 0 || to < 0 || to >= answers.length) return
    press.preventDefault()
    show(to, true)
  }
  return (
    <div className="compare" data-fits={fits || undefined}>
      <div className="compare__bar">
        <span className="compare__switch">
          <IconButton
            size="s"
            label={words('compare.previous')}
            disabled={shown === 0}
            onClick={() => show(shown - 1, false)}
          >
            <ChevronLeft size={15} aria-hidden />
          </IconButton>
          <span className="compare__at">
            {words('compare.at', { index: shown + 1, count: answers.length })}
          </span>
          <IconButton
            size="s"
            label={words('compare.next')}
            disabled={shown >= answers.length - 1}
            onClick={() => show(shown + 1, false)}
          >
            <ChevronRight size={15} aria-hidden />
          </IconButton>
        </span>
        {place >= 0 ? <Waiting answers={answers} place={place} /> : null}
        <IconButton size="s" label={words('compare.fold')} onClick={() => setSideBySide(group, false)}>
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its columns and buttons take the focus, the arrows lead on from there */}
      <div
        ref={columns}
        className="compare__columns"
        onKeyDown={onKeyDown}
        onScroll={(event) => setShown(columnAt(event.currentTarget))}
      >
        {answers.map((id, index) => (
          <Column
            key={id}
            id={id}
            group={group}
            active={id === active}
            waits={place >= 0}
            running={running.includes(id)}
            last={last}
            tabbed={index === shown}
          />
        ))}
      </div>
    </div>
  )
}

/** Whether all of it is in sight without scrolling. */
function useFits(scroller: RefObject<HTMLElement | null>): boolean {
  const [fits, setFits] = useState(true)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => setFits(element.scrollWidth <= element.clientWidth + 1)
    look()
    const watch = new ResizeObserver(look)
    watch.observe(element)
    return () => watch.disconnect()
  }, [scroller])
  return fits
}

/** The column whose start is nearest to the edge. */
function columnAt(scroller: HTMLElement): number {
  const edge = scroller.getBoundingClientRect().left
  const distances = [...scroller.children].map((column) =>
    Math.abs(column.getBoundingClientRect().left - edge),
  )
  return Math.max(0, distances.indexOf(Math.min(...distances)))
}

/** The whole turn waits: it is started or dropped as one. */
function Waiting({ answers, place }: { answers: readonly string[]; place: number }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const [first] = answers
  const drop = () => Promise.all(answers.map((id) => cancelMessage(sessionId, id))).then(() => undefined)
  return (
    <span className="compare__waiting">
      <Pill tone="waiting">
        {place === 0 ? words('thread.queuedNext') : words('thread.queued', { place: place + 1 })}
      </Pill>
      <Button size="s" onClick={() => first && void attempt(sendNow(sessionId, first))}>
        {words('thread.sendNow')}
      </Button>
      <Button size="s" tone="quiet" onClick={() => void attempt(drop())}>
        {words('thread.drop')}
      </Button>
    </span>
  )
}

interface ColumnProps {
  id: string
  group: string
  active: boolean
  waits: boolean
  running: boolean
  last: boolean
  tabbed: boolean
}

function Column({ id, group, active, waits, running, last, tabbed }: ColumnProps) {
  const words = useWords()
  const { sessionId, hold } = useRowActions()
  const message = useMessage(sessionId, id)?.message
  const model = useModelName(message)
  if (!message) return null
  const provider = message.metadata?.routing?.asked.providerId ?? message.providerId ?? ''
  const open = message.status === 'pending' || message.status === 'streaming'
  const choose = () => {
    hold()
    void attempt(selectBranch(sessionId, id).then(() => setSideBySide(group, false)))
  }
  return (
    <section
      className="compare__column"
      // Two providers may call their models the same.
      aria-label={`${model} · ${provider}`}
      data-status={message.status}
      data-active={active || undefined}
      tabIndex={tabbed ? 0 : -1}
    >
      <header className="compare__head">
        <h3 className="compare__model" title={`${model} · ${provider}`}>
          {model} <span className="compare__provider">{provider}</span>
        </h3>
        {active ? <span className="compare__active">{words('compare.active')}</span> : null}
      </header>
      <div className="compare__said">
        <Answer message={message} place={-1} running={running && !waits} last={last} />
      </div>
      <footer className="compare__foot">
        <Figures message={message} />
        {open && running ? (
          <Button
            size="s"
            icon={<Square size={10} fill="currentColor" aria-hidden />}
            aria-label={words('compare.stopOne', { model })}
            onClick={() => void attempt(cancelMessage(sessionId, id))}
          >
            {words('composer.stop')}
          </Button>
        ) : null}
        {message.content ? (
          <>
            <CopyButton text={message.content} />
            <CopyMenu text={message.content} />
          </>
        ) : null}
        {open ? null : <AnswerDetails message={message} last={last} />}
        {waits ? null : (
          <Button
            size="s"
            className="compare__choose"
            aria-label={words('compare.chooseNamed', { model })}
            onClick={choose}
          >
            {words('compare.choose')}
          </Button>
        )}
      </footer>
    </section>
  )
}

/** How long it took and what it cost, as far as it is known. */
function Figures({ message }: { message: ChatMessage }) {
  const words = useWords()
  const { telemetry, usage } = message
  if (!telemetry) return null
  const { unit, count } = duration(telemetry.durationMs)
  const parts: string[] = [words(`details.${unit}`, { count: count as unknown as number })]
  if (usage?.costUsd != null) parts.push(dollars(usage.costUsd))
  else if (usage) parts.push(words('compare.tokens', { count: usage.outputTokens }))
  return <span className="compare__figures">{parts.join(' · ')}</span>
}

/** The model that was asked: the column is its, whoever else a service says answered. */
export function useModelName(message: ChatMessage | undefined): string {
  const models = useModels()
  const asked = message?.metadata?.routing?.asked ?? message
  const { providerId = '', modelId = '' } = asked ?? {}
  return models.find(providerId, modelId)?.label ?? modelId ?? ''
}
