// Times and durations as people read them.
import { formatNumber, formatTime } from '../../i18n'

const SAME_DAY = { hour: '2-digit', minute: '2-digit' } as const
const OTHER_DAY = { day: 'numeric', month: 'short', ...SAME_DAY } as const

/** The time of day; with the date when it is not today's. */
export function shortTime(at: number, now: number = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString()
  return formatTime(at, today ? SAME_DAY : OTHER_DAY)
}

/** Whole milliseconds below a second, else seconds. */
export function duration(ms: number): { unit: 'milliseconds' | 'seconds'; count: string } {
  if (ms < 1_000) return { unit: 'milliseconds', count: formatNumber(Math.round(ms)) }
  const digits = ms < 10_000 ? 2 : 1
  const count = formatNumber(ms / 1_000, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return { unit: 'seconds', count }
}
