// What an answer took: tokens, cost, times, attempts. A figure that was not reported is not shown.
import { Info } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useWords } from '../../i18n'
import type { ChatMessage } from '../../state'
import { IconButton } from '../../ui/button'
import { Popover } from '../../ui/popover'
import { duration } from './times'

export function AnswerDetails({ message }: { message: ChatMessage }) {
  const words = useWords()
  return (
    <Popover
      label={words('thread.detailsFor')}
      align="end"
      trigger={
        <IconButton size="s" label={words('thread.details')}>
          <Info size={15} aria-hidden />
        </IconButton>
      }
    >
      <Figures message={message} />
    </Popover>
  )
}

function Figures({ message }: { message: ChatMessage }) {
  const words = useWords()
  const figures = useFigures(message)
  const failures = message.metadata?.routing?.attempts?.filter((attempt) => attempt.code) ?? []
  if (figures.length === 0) return <p className="details__none">{words('details.none')}</p>
  return (
    <>
      <dl className="details">
        {figures.map(([name, value]) => (
          <div key={name} className="details__figure">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {failures.map((attempt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attempts are in order and never change
        <p key={index} className="details__attempt">
          {words('details.failedAttempt', {
            model: `${attempt.providerId} · ${attempt.modelId}`,
            reason: attempt.reason ?? attempt.code ?? '',
          })}
        </p>
      ))}
    </>
  )
}

function useFigures(message: ChatMessage): [name: string, value: ReactNode][] {
  const words = useWords()
  return useMemo(() => {
    const { usage, telemetry, metadata } = message
    const figures: [string, ReactNode][] = []
    const add = (name: string, value: ReactNode | undefined | null) => {
      if (value !== undefined && value !== null && value !== '') figures.push([name, value])
    }
    const time = (ms: number | null | undefined) => {
      if (ms === null || ms === undefined) return undefined
      const { unit, count } = duration(ms)
      return words(`details.${unit}`, { count: count as unknown as number })
    }
    const asked = metadata?.routing?.asked
    if (message.providerId && message.modelId)
      add(words('details.model'), `${message.providerId} · ${message.modelId}`)
    if (asked && (asked.providerId !== message.providerId || asked.modelId !== message.modelId)) {
      add(words('details.asked'), `${asked.providerId} · ${asked.modelId}`)
    }
    if (usage) {
      add(words('details.inputTokens'), usage.inputTokens.toLocaleString())
      add(words('details.cachedTokens'), usage.cachedInputTokens?.toLocaleString())
      add(words('details.outputTokens'), usage.outputTokens.toLocaleString())
      add(words('details.reasoningTokens'), usage.reasoningTokens?.toLocaleString())
      add(
        words('details.cost'),
        usage.costUsd == null ? words('details.unknownCost') : `$${usage.costUsd.toFixed(4)}`,
      )
    }
    if (telemetry) {
      add(words('details.firstByte'), time(telemetry.ttfbMs))
      add(words('details.firstToken'), time(telemetry.ttftMs))
      add(words('details.duration'), time(telemetry.durationMs))
      add(words('details.attempts'), telemetry.attempts.toLocaleString())
    }
    add(words('details.finish'), metadata?.finishReason)
    return figures
  }, [message, words])
}
