/** What a file is to a person: its kind in a word, its icon, its size. Pure. */
import type { LucideIcon } from 'lucide-react'
import {
  File,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileJson,
  FileSpreadsheet,
  FileText,
  FileVideo,
} from 'lucide-react'

/** How a file can be looked at. */
export type Look = 'image' | 'markdown' | 'code' | 'table' | 'text' | 'document' | 'none'

const CODE = [
  'application/json',
  'application/x-ndjson',
  'application/xml',
  'application/yaml',
  'application/toml',
]
const OFFICE = ['officedocument', 'opendocument', 'ole-storage', 'rtf', 'epub', 'ms-excel']

/** `mime` is the server's word, told from the bytes. */
export function lookOf(mime: string): Look {
  if (['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(mime)) return 'image'
  if (mime === 'text/markdown') return 'markdown'
  if (mime === 'text/csv' || mime === 'text/tab-separated-values') return 'table'
  if (mime === 'application/pdf' || OFFICE.some((part) => mime.includes(part))) return 'document'
  if (CODE.includes(mime) || mime === 'image/svg+xml') return 'code'
  if (['text/x-source', 'text/html', 'text/css', 'text/javascript'].includes(mime)) return 'code'
  return mime.startsWith('text/') || mime === 'message/rfc822' ? 'text' : 'none'
}

export function iconOf(mime: string): LucideIcon {
  switch (lookOf(mime)) {
    case 'image':
      return FileImage
    case 'table':
      return FileSpreadsheet
    case 'code':
      return mime.includes('json') ? FileJson : FileCode
    case 'markdown':
    case 'text':
    case 'document':
      return mime.includes('sheet') || mime.includes('excel') ? FileSpreadsheet : FileText
    case 'none':
      if (mime.startsWith('audio/')) return FileAudio
      if (mime.startsWith('video/')) return FileVideo
      return /zip|tar|rar|7z|xz|zstd/.test(mime) ? FileArchive : File
  }
}

/** The ending of a name in capitals: the word people know a format by. Empty: it has none. */
export function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 ? name.slice(dot + 1) : ''
  return ending.length <= 5 ? ending.toUpperCase() : ''
}

/** As people read sizes: `820 B`, `12 kB`, `3.4 MB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`
  const mega = bytes / 1_000_000
  return `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`
}

/** A limit in the megabytes it was set in. */
export function limitOf(bytes: number): string {
  return `${Math.round(bytes / (1 << 20))} MB`
}
