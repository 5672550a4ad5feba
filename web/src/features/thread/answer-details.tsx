// What an answer took: tokens, cost, times, calls, and what was sent for it. A figure that was not reported is not shown.
import { Info } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import { dollars } from '../../parts/models/choice'
import { type ChatMessage, compactSession } from '../../state'
import { IconButton } from '../../ui/button'
import { Popover } from '../../ui/popover'
import { attempt } from './attempt'
import { ContextMeter } from './context-meter'
import { useRowActions } from './row-context'
import { duration } from './times'
import { finishOf, nameOf, troubleOf, wasCalled } from './trouble'

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
      {context ? <ContextMeter context={context} {...(onCompact ? { onCompact } : {})} /> : null}
      <Calls message={message} />
    </div>
  )
}

/** Each call with its outcome; one that went well at once needs no list. */
function Calls({ message }: { message: ChatMessage }) {
  const words = useWords()
  const attempts = message.metadata?.routing?.attempts ?? []
  if (!attempts.some((attempt) => attempt.code)) return null
  return (
    <section>
      <h3 className="details__title">{words('details.calls')}</h3>
      <ol className="calls">
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are in order and never change
          <li key={index} className="calls__call" data-failed={attempt.code ? true : undefined}>
            <span className="calls__model">{nameOf(attempt)}</span>
            <span className="calls__time">
              {wasCalled(attempt) ? said(attempt.durationMs, words) : words('details.notCalled')}
            </span>
            <span className="calls__outcome">
              {attempt.code
                ? (attempt.reason ?? words(`trouble.${troubleOf(attempt.code)}`))
                : words('details.answered')}
            </span>
            {attempt.requestId ? <span className="calls__id">{attempt.requestId}</span> : null}
          </li>
        ))}
      </ol>
    </section>
  )
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
    const { asked, attempts = [] } = metadata?.routing ?? {}
    const { providerId, modelId } = message
    if (providerId && modelId) add(words('details.model'), nameOf({ providerId, modelId }))
    if (asked && (asked.providerId !== providerId || asked.modelId !== modelId)) {
      add(words('details.asked'), nameOf(asked))
    }
    if (usage) {
      add(words('details.inputTokens'), usage.inputTokens.toLocaleString())
      add(words('details.cachedTokens'), usage.cachedInputTokens?.toLocaleString())
      add(words('details.outputTokens'), usage.outputTokens.toLocaleString())
      add(words('details.reasoningTokens'), usage.reasoningTokens?.toLocaleString())
      add(
        words('details.cost'),
        usage.costUsd == null ? words('details.unknownCost') : dollars(usage.costUsd),
      )
    }
    if (telemetry) {
      add(words('details.firstByte'), said(telemetry.ttfbMs, words))
      add(words('details.firstToken'), said(telemetry.ttftMs, words))
      add(words('details.duration'), said(telemetry.durationMs, words))
      add(words('details.attempts'), telemetry.attempts.toLocaleString())
    }
    const finish = finishOf(metadata?.finishReason)
    add(words('details.finish'), finish === 'other' ? metadata?.finishReason : words(FINISH[finish]))
    // With several calls each stands with its own.
    if (!attempts.some((one) => one.code)) add(words('details.requestId'), attempts.at(-1)?.requestId)
    return figures
  }, [message, words])
}
