// One request to the server: bearer token on, JSON in and out, every failure an `ApiError`.
//
// Always true: the token is read at the moment of the request; a 401 tells `onUnauthorized` once per request.
// Elsewhere: which requests there are (routes.ts), the event stream (event-stream.ts).
import { ApiError, problemOf } from './error'

/** Where the token comes from and who hears that it is no good. Set once by the state layer. */
export interface Credentials {
  token(): string | null
  onUnauthorized(): void
}

let credentials: Credentials = { token: () => null, onUnauthorized: () => {} }

export function setCredentials(source: Credentials): void {
  credentials = source
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  signal?: AbortSignal
}

/** Milliseconds until an unanswered request counts as failed. */
const ANSWER_TIMEOUT_MS = 30_000

/** The raw response of an accepted request. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const url = new URL(`/api${path}`, location.origin)
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  const headers = new Headers({ accept: 'application/json' })
  const token = credentials.token()
  if (token) headers.set('authorization', `Bearer ${token}`)
  const init: RequestInit = { method, headers, signal: deadline(options.signal), cache: 'no-store' }
  if (options.body !== undefined) {
    headers.set('content-type', 'application/json')
    init.body = JSON.stringify(options.body)
  }
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw ApiError.network()
  }
  if (response.ok) return response
  const problem = await problemOf(response)
  if (problem.code === 'unauthorized') credentials.onUnauthorized()
  throw problem
}

/** The answer's JSON, as the type that the contract gives it. */
export async function request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const response = await send(method, path, options)
  try {
    return (await response.json()) as T
  } catch (cause) {
    if (options?.signal?.aborted) throw cause
    throw ApiError.network()
  }
}

/** The bearer header of the moment, for the event stream. */
export function authorization(): Record<string, string> {
  const token = credentials.token()
  return token ? { authorization: `Bearer ${token}` } : {}
}

/** Tells whoever keeps the token that the server does not know it. */
export function reportUnauthorized(): void {
  credentials.onUnauthorized()
}

function deadline(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}
