// One file on its way up, with its progress. `fetch` tells none, so this is the one place that uses XMLHttpRequest.
//
// Always true: it ends with the attachment, an `ApiError`, or the abort's own reason; it has no time limit as long as
// bytes move, since a disk or a connection may be slow.
import { authorization, reportUnauthorized } from './client'
import { ApiError, type ProblemLike } from './error'
import type { ChatAttachmentRef } from './types'

/** Milliseconds without any byte moving until an upload counts as failed. */
const STILL_MS = 30_000

export interface UploadOptions {
  signal: AbortSignal
  /** From 0 to 1. */
  onProgress: (part: number) => void
}

export function uploadFile(
  sessionId: string,
  requestId: string,
  file: Blob,
  name: string,
  { signal, onProgress }: UploadOptions,
): Promise<ChatAttachmentRef> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = () => request.abort()
    const moved = () => {
      clearTimeout(timer)
      timer = setTimeout(stop, STILL_MS)
    }
    const failed = (reason: unknown) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      reject(reason)
    }
    request.open('POST', `/api/sessions/${encodeURIComponent(sessionId)}/attachments`)
    for (const [header, value] of Object.entries(authorization())) request.setRequestHeader(header, value)
    request.setRequestHeader('accept', 'application/json')
    request.upload.onprogress = (event) => {
      moved()
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (request.status === 201) {
        const attachment = parsed<ChatAttachmentRef>(request.responseText)
        if (attachment) resolve(attachment)
        else reject(ApiError.network())
        return
      }
      const problem = problemIn(request)
      if (problem.code === 'unauthorized') reportUnauthorized()
      reject(problem)
    }
    request.onerror = () => failed(ApiError.network())
    request.onabort = () => failed(signal.aborted ? signal.reason : ApiError.network())
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    signal.addEventListener('abort', stop)
    const form = new FormData()
    form.append('client_request_id', requestId)
    form.append('file', file, name)
    moved()
    request.send(form)
  })
}

function problemIn(request: XMLHttpRequest): ApiError {
  const { status } = request
  const fallback = {
    code: status === 401 ? ('unauthorized' as const) : ('internal' as const),
    status,
    detail: `Cowork answered ${status}.`,
  }
  return new ApiError({ ...fallback, ...parsed<Partial<ProblemLike>>(request.responseText) })
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
