// Requests to the server, typed by its OpenAPI document: bearer token on, every failure an `ApiError`.
//
// Always true: the token is read at the moment of the request; a 401 tells `onUnauthorized`.
// Elsewhere: which requests there are (routes.ts), the event stream (event-stream.ts).
import createClient from 'openapi-fetch'
import { ApiError, problemOf } from './error'
import type { paths } from './schema'

/** Where the token comes from and who hears that it is no good. Set once by the state layer. */
export interface Credentials {
  token(): string | null
  onUnauthorized(): void
}

let credentials: Credentials = { token: () => null, onUnauthorized: () => {} }

export function setCredentials(source: Credentials): void {
  credentials = source
}

/** Milliseconds until an unanswered request counts as failed. */
const ANSWER_TIMEOUT_MS = 30_000

export const client = createClient<paths>({
  headers: { accept: 'application/json' },
  cache: 'no-store',
  fetch: send,
})

/** The body of an accepted request. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  try {
    const { data } = await answer
    if (data !== undefined) return data
  } catch (cause) {
    if (cause instanceof ApiError || isAbort(cause)) throw cause
  }
  // The answer broke off, or is none of ours.
  throw ApiError.network()
}

/** A file the server offers for download. */
export interface DownloadedFile {
  name: string
  bytes: Blob
}

/** Fetches a file. It may be large: there is no time limit on it. */
export async function file(path: string): Promise<DownloadedFile> {
  const answer = await answered(new Request(path, { cache: 'no-store', headers: authorization() }))
  const name = fileName(answer.headers.get('content-disposition'))
  try {
    return { name, bytes: await answer.blob() }
  } catch {
    throw ApiError.network()
  }
}

/** Sends a file and takes JSON. It may be large: there is no time limit on it. */
export async function upload<T>(path: string, bytes: Blob): Promise<T> {
  const headers = { ...authorization(), 'content-type': 'application/octet-stream' }
  const answer = await answered(new Request(path, { method: 'POST', headers, body: bytes }))
  try {
    return (await answer.json()) as T
  } catch {
    throw ApiError.network()
  }
}

function fileName(disposition: string | null): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  const plain = /filename="([^"]+)"/i.exec(disposition ?? '')?.[1]
  try {
    return encoded ? decodeURIComponent(encoded) : (plain ?? 'cowork')
  } catch {
    return plain ?? 'cowork'
  }
}

/** The bearer header of the moment. */
export function authorization(): Record<string, string> {
  const token = credentials.token()
  return token ? { authorization: `Bearer ${token}` } : {}
}

/** Tells whoever keeps the token that the server does not know it. */
export function reportUnauthorized(): void {
  credentials.onUnauthorized()
}

async function send(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value)
  return answered(request, AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]))
}

/** The answer, if it is a good one. */
async function answered(request: Request, signal = request.signal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(request, { signal })
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw ApiError.network()
  }
  if (response.ok) return response
  const problem = await problemOf(response)
  if (problem.code === 'unauthorized') reportUnauthorized()
  throw problem
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError'
}
