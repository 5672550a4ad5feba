/** Numbers, sizes and times as the page's language writes them. */
import { locale } from './locale'

/** Formatters by what they were made of: making one takes far longer than using it. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `n${locale()}${JSON.stringify(options)}`
  const known = made.get(key) ?? keep(key, new Intl.NumberFormat(locale(), options))
  return (known as Intl.NumberFormat).format(value)
}

export function formatTime(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = `d${locale()}${JSON.stringify(options)}`
  const known = made.get(key) ?? keep(key, new Intl.DateTimeFormat(locale(), options))
  return (known as Intl.DateTimeFormat).format(at)
}

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const step = Math.floor(Math.log10(Math.max(bytes, 1_000)) / 3) - 1
  const power = Math.min(UNITS.length - 1, step)
  const value = bytes / 1_000 ** (power + 1)
  return formatNumber(value, {
    style: 'unit',
    unit: UNITS[power] ?? 'kilobyte',
    maximumFractionDigits: power > 0 && value < 100 ? 1 : 0,
  })
}

function keep<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, format: Format): Format {
  made.set(key, format)
  return format
}
