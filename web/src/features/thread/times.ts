// Times and durations as people read them.
const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const otherDay = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** The time of day; with the date when it is not today's. */
export function shortTime(at: number, now: number = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString()
  return (today ? sameDay : otherDay).format(at)
}

/** Whole milliseconds below a second, else seconds. */
export function duration(ms: number): { unit: 'milliseconds' | 'seconds'; count: string } {
  if (ms < 1_000) return { unit: 'milliseconds', count: String(Math.round(ms)) }
  return { unit: 'seconds', count: (ms / 1_000).toFixed(ms < 10_000 ? 2 : 1) }
}
