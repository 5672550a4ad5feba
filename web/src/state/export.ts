// Sessions as files on the person's disk, out and in.
import type { DownloadedFile } from '../api/client'
import { api } from '../api/routes'
import type { ImportReport } from '../api/types'

export type ExportFormat = 'markdown' | 'json'

/** Downloads a session: the shown branch as Markdown, or everything as JSON that can be imported again. */
export async function exportSession(id: string, format: ExportFormat): Promise<void> {
  download(await api.exportSession(id, format))
}

/** Downloads every session, a line of JSON each; such a file can be imported again. */
export async function exportAll(): Promise<void> {
  download(await api.exportAll())
}

/** Makes sessions of what is in a file, whoever wrote it. They come into the list by their events. */
export function importFile(bytes: Blob): Promise<ImportReport> {
  return api.importFile(bytes)
}

/** Hands a file over to the browser. */
export function download({ name, bytes }: DownloadedFile): void {
  const url = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it over by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
