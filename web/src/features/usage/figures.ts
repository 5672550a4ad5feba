/** Sums as people read them. */
import { formatNumber, formatTime } from '../../i18n'
import { dollars } from '../../parts/models/choice'
import type { UsageSum } from '../../state'

/** Rows that are shown; the rest is in the total. */
export const ROWS_MAX = 60

const DAY_MS = 86_400_000

/** What a table of sums shows: by day the newest first, else most tokens first. */
export function rowsOf(items: readonly UsageSum[], by: 'model' | 'session' | 'day'): readonly UsageSum[] {
  const sorted = [...items].sort((a, b) =>
    by === 'day' ? b.key.localeCompare(a.key) : tokensOf(b) - tokensOf(a) || b.calls - a.calls,
  )
  return sorted.slice(0, ROWS_MAX)
}

export function tokensOf({ inputTokens, outputTokens }: UsageSum): number {
  return inputTokens + outputTokens
}

const TENTHS = { minimumFractionDigits: 1, maximumFractionDigits: 1 }

/** `950`, `12.3k`, `4.1M`: short enough for a narrow table. */
export function short(count: number): string {
  if (count < 10_000) return formatNumber(count)
  const [value, unit] = count < 999_500 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M']
  return `${value < 100 ? formatNumber(value, TENTHS) : formatNumber(Math.round(value))}${unit}`
}

/** How long each bar is: by tokens, or by calls where no service reported any. */
export function weightOf(rows: readonly UsageSum[]): (sum: UsageSum) => number {
  return rows.some((sum) => tokensOf(sum) > 0) ? tokensOf : ({ calls }) => calls
}

/** What is known of the cost. `undefined`: nothing is. */
export function costOf(sum: UsageSum): { text: string; more: boolean } | undefined {
  if (sum.costUsd === 0 && (sum.unpricedCalls > 0 || tokensOf(sum) === 0)) return undefined
  const text =
    sum.costUsd > 0 && sum.costUsd < 0.01 ? `<${dollars(0.01)}` : dollars(Math.round(sum.costUsd * 100) / 100)
  return { text, more: sum.unpricedCalls > 0 }
}

/** The beginning of a time of whole days that ends today, in UTC as the server counts days. */
export function sinceDays(days: number, now: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS - (days - 1) * DAY_MS
}

/** A day's name without its year where that is this one. */
export function dayName(key: string, now: number): string {
  const at = Date.parse(`${key}T00:00:00Z`)
  if (Number.isNaN(at)) return key
  const sameYear = new Date(now).getUTCFullYear() === new Date(at).getUTCFullYear()
  return formatTime(at, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}
