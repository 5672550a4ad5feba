/**
 * What calls to models took, summed up by model, session or day: numbers in a table, and by day a bar beside them.
 *
 * Always true: what was not reported is not shown as zero cost; the bar says nothing that the numbers don't.
 */
import { useState } from 'react'
import { formatNumber, useWords } from '../../i18n'
import { type UsageBy, type UsageSum, useUsage } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Segments } from '../../ui/segments'
import { costOf, dayName, rowsOf, short, sinceDays, tokensOf, weightOf } from './figures'
import { SessionName } from './session-name'
import './usage.css'

const RANGES = { week: 7, month: 30, all: undefined } as const
type Range = keyof typeof RANGES

export function Usage() {
  const t = useWords()
  const [by, setBy] = useState<UsageBy>('model')
  const [range, setRange] = useState<Range>('month')
  // The moment the page opened, so that the question stays the same from one rendering to the next.
  const [now] = useState(() => Date.now())
  const days = RANGES[range]
  const usage = useUsage(by, days === undefined ? undefined : sinceDays(days, now))
  const { status, summary } = usage
  return (
    <div className="usage">
      <div className="usage__choices">
        <Segments
          label={t('usage.by')}
          value={by}
          onChange={setBy}
          options={(['model', 'session', 'day'] as const).map((value) => ({
            value,
            label: t(`usage.${value}`),
          }))}
        />
        <Segments
          label={t('usage.range')}
          value={range}
          onChange={setRange}
          options={(['week', 'month', 'all'] as const).map((value) => ({
            value,
            label: t(`usage.${value}`),
          }))}
        />
      </div>
      {status === 'error' ? (
        <EmptyState
          size="s"
          title={t('usage.failed')}
          action={<Button onClick={usage.reload}>{t('usage.retry')}</Button>}
        />
      ) : !summary ? (
        <p className="usage__quiet">{t('usage.loading')}</p>
      ) : summary.items.length === 0 ? (
        <p className="usage__quiet">{t('usage.none')}</p>
      ) : (
        <Sums
          by={usage.by}
          items={summary.items}
          total={summary.total}
          now={now}
          busy={status === 'loading'}
        />
      )}
    </div>
  )
}

interface SumsProps {
  by: UsageBy
  items: readonly UsageSum[]
  total: UsageSum
  now: number
  busy: boolean
}

function Sums({ by, items, total, now, busy }: SumsProps) {
  const t = useWords()
  const rows = rowsOf(items, by)
  const weight = weightOf(rows)
  const most = Math.max(...rows.map(weight), 1)
  const left = items.length - rows.length
  return (
    <div aria-busy={busy}>
      <table className="usage__table">
        <caption className="visually-hidden">{t(`usage.caption.${by}`)}</caption>
        <thead>
          <tr>
            <th scope="col">{t(`usage.${by}`)}</th>
            <th scope="col">{t('usage.calls')}</th>
            <th scope="col" className="usage__wide">
              {t('usage.failures')}
            </th>
            <th scope="col">
              {t('usage.input')} <span className="visually-hidden">{t('usage.tokens')}</span>
            </th>
            <th scope="col">
              {t('usage.output')} <span className="visually-hidden">{t('usage.tokens')}</span>
            </th>
            <th scope="col" className="usage__wide" title={t('usage.firstTextHint')}>
              {t('usage.firstText')}
            </th>
            <th scope="col">{t('usage.cost')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((sum) => (
            <tr key={sum.key}>
              <th scope="row">
                <RowName by={by} sum={sum} now={now} />
                {by === 'day' ? <Bar part={weight(sum) / most} /> : null}
              </th>
              <Figures sum={sum} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('usage.total')}</th>
            <Figures sum={total} />
          </tr>
        </tfoot>
      </table>
      {left > 0 ? <p className="usage__quiet">{t('usage.more', { count: left })}</p> : null}
      {total.unpricedCalls > 0 ? (
        <p className="usage__quiet">{t('usage.unpriced', { count: total.unpricedCalls })}</p>
      ) : null}
    </div>
  )
}

function RowName({ by, sum: { key }, now }: { by: UsageBy; sum: UsageSum; now: number }) {
  if (by === 'session') return <SessionName id={key} />
  if (by === 'day') return <time dateTime={key}>{dayName(key, now)}</time>
  return <span className="usage__model">{key}</span>
}

function Figures({ sum }: { sum: UsageSum }) {
  const t = useWords()
  const cost = costOf(sum)
  // A service that reports tokens reports some.
  const known = tokensOf(sum) > 0
  return (
    <>
      <td>{formatNumber(sum.calls)}</td>
      <td className="usage__wide" data-failed={sum.failures > 0 || undefined}>
        {formatNumber(sum.failures)}
      </td>
      {([sum.inputTokens, sum.outputTokens] as const).map((tokens, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: input, then output
        <td key={index} title={known ? formatNumber(tokens) : undefined}>
          {known ? short(tokens) : t('usage.none_short')}
        </td>
      ))}
      <td className="usage__wide">
        {sum.ttftP50Ms == null ? t('usage.none_short') : t('details.milliseconds', { count: sum.ttftP50Ms })}
      </td>
      <td>
        {cost === undefined
          ? t(known ? 'details.unknownCost' : 'usage.none_short')
          : cost.more
            ? t('usage.atLeast', { cost: cost.text })
            : cost.text}
      </td>
    </>
  )
}

/** How much of the busiest day it is; the numbers beside it say the same. */
function Bar({ part }: { part: number }) {
  return (
    <svg className="usage__bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
      <rect className="usage__bar-ground" width="100" height="6" rx="1" />
      <rect className="usage__bar-part" width={Math.max(part * 100, part > 0 ? 1 : 0)} height="6" rx="1" />
    </svg>
  )
}
