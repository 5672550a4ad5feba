// What an answer took: tokens, cost, times, calls, and what was sent for it. A figure that was not reported is not shown.
import { Info } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { formatNumber, useWords } from '../../i18n'
import { dollars } from '../../parts/models/choice'
import { type ChatMessage, compactSession, type GivenAttachment, useMessageCalls } from '../../state'
import { IconButton } from '../../ui/button'
import { Popover } from '../../ui/popover'
import { attempt } from './attempt'
import { type CallLine, callLines } from './calls'
import { ContextMeter } from './context-meter'
import { useRowActions } from './row-context'
import { duration } from './times'
import { finishOf, nameOf, troubleOf } from './trouble'

type Words = ReturnType<typeof useWords>

export function AnswerDetails({ message, last }: { message: ChatMessage; last: boolean }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const [open, setOpen] = useState(false)
  const compact = () => {
    setOpen(false)
    void attempt(compactSession(sessionId))
  }
  return (
    <Popover
      label={words('thread.detailsFor')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <IconButton size="s" label={words('thread.details')}>
          <Info size={15} aria-hidden />
        </IconButton>
      }
    >
      <Figures message={message} {...(last ? { onCompact: compact } : {})} />
    </Popover>
  )
}

function Figures({ message, onCompact }: { message: ChatMessage; onCompact?: () => void }) {
  const words = useWords()
  const figures = useFigures(message)
  const context = message.metadata?.context
  if (figures.length === 0 && !context) return <p className="details__none">{words('details.none')}</p>
  return (
    <div className="details__parts">
      <dl className="details">
        {figures.map(([name, value]) => (
          <div key={name} className="details__figure">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {context?.attachments?.length ? <GivenFiles given={context.attachments} /> : null}
      {context ? <ContextMeter context={context} {...(onCompact ? { onCompact } : {})} /> : null}
      <Calls message={message} />
    </div>
  )
}

const GIVEN = {
  image: 'files.givenImage',
  file: 'files.givenFile',
  text: 'files.givenText',
  cut: 'files.givenCut',
  none: 'files.givenNone',
} as const

/** In which form the model got each file. */
function GivenFiles({ given }: { given: readonly GivenAttachment[] }) {
  const words = useWords()
  return (
    <section>
      <h3 className="details__title">{words('files.given')}</h3>
      <dl className="details">
        {given.map((file, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a file may stand in it twice
          <div key={index} className="details__figure">
            <dt className="details__file" title={file.name}>
              {file.name}
            </dt>
            <dd>{words(GIVEN[file.given])}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Each call with its outcome and its times. */
function Calls({ message }: { message: ChatMessage }) {
  const words = useWords()
  const { status, items } = useMessageCalls(message.id, message.updatedAt)
  const lines = callLines(message.metadata?.routing?.attempts ?? [], items)
  if (lines.length === 0) return null
  return (
    <section>
      <h3 className="details__title">{words('details.calls')}</h3>
      <ol className="calls">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls are in order and never change
          <li key={index} className="calls__call" data-failed={line.code ? true : undefined}>
            <span className="calls__model">{nameOf(line)}</span>
            <span className="calls__time">
              {line.passedOver
                ? words('details.notCalled')
                : line.forTitle
                  ? words('details.titleCall')
                  : null}
            </span>
            <span className="calls__outcome">
              {line.code
                ? (line.reason ?? words(`trouble.${troubleOf(line.code)}`))
                : words('details.answered')}
            </span>
            {line.passedOver ? null : <span className="calls__times">{timesOf(line, words)}</span>}
            {line.requestId ? <span className="calls__id">{line.requestId}</span> : null}
          </li>
        ))}
      </ol>
      {status === 'error' ? <p className="details__none">{words('details.callsFailed')}</p> : null}
    </section>
  )
}

/** When in the call what came, as far as it did. */
function timesOf(line: CallLine, words: Words): string {
  const parts = [
    ['details.connect', line.connectMs],
    ['details.byteAfter', line.firstByteMs],
    ['details.tokenAfter', line.firstTokenMs],
    ['details.endAfter', line.totalMs],
  ] as const
  return parts
    .flatMap(([key, ms]) => {
      const time = said(ms, words)
      return time === undefined ? [] : [words(key, { time })]
    })
    .join(' · ')
}

function said(ms: number | null | undefined, words: Words): string | undefined {
  if (ms === null || ms === undefined) return undefined
  const { unit, count } = duration(ms)
  return words(`details.${unit}`, { count: count as unknown as number })
}

const FINISH = {
  done: 'details.finishDone',
  length: 'details.finishLength',
  filter: 'details.finishFilter',
} as const

function useFigures(message: ChatMessage): [name: string, value: ReactNode][] {
  const words = useWords()
  return useMemo(() => {
    const { usage, telemetry, metadata } = message
    const figures: [string, ReactNode][] = []
    const add = (name: string, value: ReactNode | undefined | null) => {
      if (value !== undefined && value !== null && value !== '') figures.push([name, value])
    }
    const asked = metadata?.routing?.asked
    const { providerId, modelId } = message
    if (providerId && modelId) add(words('details.model'), nameOf({ providerId, modelId }))
    if (asked && (asked.providerId !== providerId || asked.modelId !== modelId)) {
      add(words('details.asked'), nameOf(asked))
    }
    add(words('details.persona'), metadata?.persona?.name)
    const { sent, leftOut = [] } = metadata?.parameters ?? {}
    const effort = sent?.reasoningEffort
    add(words('details.temperature'), sent?.temperature == null ? undefined : formatNumber(sent.temperature))
    add(words('details.topP'), sent?.topP == null ? undefined : formatNumber(sent.topP))
    add(
      words('details.maxOutputTokens'),
      sent?.maxOutputTokens == null ? undefined : formatNumber(sent.maxOutputTokens),
    )
    add(words('details.reasoningEffort'), effort == null ? undefined : words(`details.efforts.${effort}`))
    for (const name of leftOut) add(words(`details.${name}`), words('details.notSent'))
    if (usage) {
      add(words('details.inputTokens'), formatNumber(usage.inputTokens))
      add(
        words('details.cachedTokens'),
        usage.cachedInputTokens == null ? undefined : formatNumber(usage.cachedInputTokens),
      )
      add(words('details.outputTokens'), formatNumber(usage.outputTokens))
      add(
        words('details.reasoningTokens'),
        usage.reasoningTokens == null ? undefined : formatNumber(usage.reasoningTokens),
      )
      add(
        words('details.cost'),
        usage.costUsd == null ? words('details.unknownCost') : dollars(usage.costUsd),
      )
    }
    if (telemetry) {
      add(words('details.firstByte'), said(telemetry.ttfbMs, words))
      add(words('details.firstToken'), said(telemetry.ttftMs, words))
      add(words('details.duration'), said(telemetry.durationMs, words))
      add(words('details.attempts'), formatNumber(telemetry.attempts))
    }
    const finish = finishOf(metadata?.finishReason)
    add(words('details.finish'), finish === 'other' ? metadata?.finishReason : words(FINISH[finish]))
    return figures
  }, [message, words])
}
