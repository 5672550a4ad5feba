// How much of what the model can read was taken, and by what.
import { formatNumber, useWords } from '../../i18n'
import type { ChatMessage } from '../../state'
import { Button } from '../../ui/button'

type Context = NonNullable<NonNullable<ChatMessage['metadata']>['context']>
export type Part = 'system' | 'summary' | 'history' | 'question' | 'free'

/** The parts of the window in tokens, those of nothing left out; without a window there is no room left to speak of. Pure. */
export function partsOf(context: Context): { part: Part; tokens: number }[] {
  const { systemTokens: system, questionTokens: question, estimatedTokens: all, window } = context
  const summary = context.summaryTokens ?? 0
  const parts: { part: Part; tokens: number }[] = [
    { part: 'system', tokens: system },
    { part: 'summary', tokens: summary },
    { part: 'history', tokens: Math.max(0, all - system - summary - question) },
    { part: 'question', tokens: question },
    { part: 'free', tokens: window ? Math.max(0, window - all) : 0 },
  ]
  return parts.filter(({ tokens }) => tokens > 0)
}

export function ContextMeter({ context, onCompact }: { context: Context; onCompact?: () => void }) {
  const words = useWords()
  const parts = partsOf(context)
  const whole = parts.reduce((sum, { tokens }) => sum + tokens, 0)
  const used = formatNumber(context.estimatedTokens)
  if (whole === 0) return null
  return (
    <section className="meter">
      <h3 className="details__title">{words('details.context')}</h3>
      <div className="meter__bar" aria-hidden="true">
        {parts.map(({ part, tokens }) => (
          <span
            key={part}
            className={`meter__part meter__part--${part}`}
            style={{ flexGrow: tokens / whole }}
          />
        ))}
      </div>
      <p className="meter__sum">
        {context.window
          ? words('details.contextOf', { used, window: formatNumber(context.window) })
          : words('details.contextOnly', { used })}
      </p>
      <dl className="details">
        {parts.map(({ part, tokens }) => (
          <div key={part} className="details__figure">
            <dt>
              <span className={`meter__key meter__part--${part}`} aria-hidden="true" />
              {words(`details.${part}`)}
            </dt>
            <dd>{formatNumber(tokens)}</dd>
          </div>
        ))}
      </dl>
      {context.summarized ? (
        <p className="meter__note">{words('compaction.inPlace', { count: context.summarized })}</p>
      ) : null}
      {context.leftOut ? (
        <p className="meter__note">{words('compaction.leftOut', { count: context.leftOut })}</p>
      ) : null}
      {onCompact ? (
        <>
          <p className="meter__note">{words('compaction.nowHint')}</p>
          <Button size="s" className="meter__act" onClick={onCompact}>
            {words('compaction.now')}
          </Button>
        </>
      ) : null}
    </section>
  )
}
