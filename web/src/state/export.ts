// A session as a file on the person's disk.
import { api } from '../api/routes'

export type ExportFormat = 'markdown' | 'json'

/** Downloads a session: the shown branch as Markdown, or everything as JSON that can be imported again. */
export async function exportSession(id: string, format: ExportFormat): Promise<void> {
  download(await api.exportSession(id, format))
}

/** Hands a file over to the browser. */
export function download({ name, bytes }: { name: string; bytes: Blob }): void {
  const url = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it over by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
