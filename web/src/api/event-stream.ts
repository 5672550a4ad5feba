// The one event stream of a tab: opened with a bearer token, resumed by event id, watched for silence.
//
// Always true: at most one connection is open; `cursor` is the id of the newest event that was handed on, and a
// reconnect asks for what comes after it; nothing is handed on after `stop` or from a connection that was replaced.
// Elsewhere: what an event means (state/), when there should be a connection at all (state/connection.ts).
import { authorization, reportUnauthorized } from './client'
import { type ApiError, problemOf } from './error'
import { SseParser } from './sse'
import type { Event } from './types'

export type StreamState = 'idle' | 'connecting' | 'live' | 'retrying'

export interface StreamListener {
  event(event: Event): void
  /** `retryInMs` with `retrying`. */
  state(state: StreamState, retryInMs?: number): void
  /** The cursor means nothing to the server any more: fetch the snapshots again, then `follow`. */
  reset(): void
}

/** The server's heartbeat comes every 15 s; this long without a byte means the connection is dead. */
const SILENCE_MS = 40_000
const HEADERS_MS = 15_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000

export class EventStream {
  private cursor: number | undefined
  private session: string | null = null
  private connection: AbortController | undefined
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private failures = 0

  constructor(
    private readonly listener: StreamListener,
    private readonly base: () => string = () => location.origin,
  ) {}

  /** Follows all sessions' list events after `after`, and everything of `session`; replaces the connection. */
  follow(session: string | null, after: number): void {
    this.session = session
    this.cursor = after
    this.failures = 0
    this.open()
  }

  /** The newest event handed on; `undefined` before the first `follow`. */
  get position(): number | undefined {
    return this.cursor
  }

  get followed(): string | null {
    return this.session
  }

  /** Closes the connection and keeps the cursor. */
  pause(): void {
    this.close()
    this.listener.state('idle')
  }

  /** Goes on after the cursor, at once. */
  resume(): void {
    if (this.cursor === undefined || this.isOpen()) return
    this.failures = 0
    this.open()
  }

  /** Whether a connection is open or being opened (not waiting for a retry). */
  isOpen(): boolean {
    return this.connection !== undefined
  }

  /** Forgets everything. */
  stop(): void {
    this.close()
    this.cursor = undefined
    this.session = null
  }

  private close(): void {
    clearTimeout(this.retryTimer)
    this.connection?.abort()
    this.connection = undefined
  }

  private open(): void {
    this.close()
    const connection = new AbortController()
    this.connection = connection
    this.listener.state('connecting')
    this.read(connection).then(
      (end) => this.ended(connection, end),
      () => this.ended(connection, { kind: 'lost' }),
    )
  }

  /** Reads until the end. Resolves with why it ended; an abort of ours resolves too and is ignored by `ended`. */
  private async read(connection: AbortController): Promise<End> {
    const watch = new Watch(connection, HEADERS_MS)
    try {
      const url = new URL('/api/events', this.base())
      if (this.session !== null) url.searchParams.set('session', this.session)
      const response = await fetch(url, {
        headers: {
          ...authorization(),
          accept: 'text/event-stream',
          'last-event-id': String(this.cursor ?? 0),
        },
        cache: 'no-store',
        signal: connection.signal,
      })
      if (!response.ok || !response.body) return { kind: 'refused', problem: await problemOf(response) }
      watch.allow(SILENCE_MS)
      return await this.drain(response.body, connection, watch)
    } finally {
      watch.end()
    }
  }

  private async drain(
    body: ReadableStream<Uint8Array>,
    connection: AbortController,
    watch: Watch,
  ): Promise<End> {
    const reader = body.getReader()
    const decoder = new TextDecoder()
    const parser = new SseParser()
    this.listener.state('live')
    for (;;) {
      const { done, value } = await reader.read()
      if (connection.signal.aborted) return { kind: 'lost' }
      if (done) return { kind: 'lost', retryMs: parser.retryMs }
      watch.seen()
      for (const frame of parser.feed(decoder.decode(value, { stream: true }))) {
        this.failures = 0
        if (frame.event === 'heartbeat') continue
        const event = parse(frame.data)
        if (!event) continue
        if (event.type === 'stream.reset') return { kind: 'reset' }
        if (this.cursor === undefined || event.id > this.cursor) this.cursor = event.id
        this.listener.event(event)
        if (connection.signal.aborted) return { kind: 'lost' }
      }
    }
  }

  private ended(connection: AbortController, end: End): void {
    if (this.connection !== connection) return
    connection.abort()
    this.connection = undefined
    if (end.kind === 'reset' || (end.kind === 'refused' && end.problem.code === 'unknown_cursor')) {
      this.listener.state('connecting')
      this.listener.reset()
      return
    }
    if (end.kind === 'refused' && end.problem.code === 'unauthorized') {
      this.listener.state('idle')
      reportUnauthorized()
      return
    }
    if (end.kind === 'refused' && end.problem.code === 'not_found' && this.session !== null) {
      // The session is gone for good; the list goes on.
      this.session = null
      this.open()
      return
    }
    const asked =
      end.kind === 'refused' ? end.problem.retryAfterMs : end.kind === 'lost' ? end.retryMs : undefined
    const wait = Math.max(asked ?? 0, backoff(this.failures))
    this.failures += 1
    this.listener.state('retrying', wait)
    this.retryTimer = setTimeout(() => this.open(), wait)
  }
}

type End =
  | { kind: 'lost'; retryMs?: number | undefined }
  | { kind: 'reset' }
  | { kind: 'refused'; problem: ApiError }

/** Doubles with every failure in a row, with some chance in it so that tabs do not come back all at once. */
export function backoff(failures: number, chance: number = Math.random()): number {
  const full = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)
  return Math.round(full * (0.75 + chance / 2))
}

/** `undefined` for what is not an event of the contract's shape. */
function parse(data: string): Event | undefined {
  try {
    const event: unknown = JSON.parse(data)
    if (typeof event !== 'object' || event === null) return undefined
    if (!('type' in event) || typeof event.type !== 'string') return undefined
    if (event.type !== 'stream.reset' && !('id' in event && typeof event.id === 'number')) return undefined
    return event as Event
  } catch {
    return undefined
  }
}

/** Aborts a connection that has been silent for too long. A sign of life costs no timer: it only moves the deadline. */
class Watch {
  private seenAt = Date.now()
  private timer: ReturnType<typeof setTimeout>

  constructor(
    private readonly connection: AbortController,
    private patienceMs: number,
  ) {
    this.timer = setTimeout(() => this.look(), patienceMs)
  }

  allow(patienceMs: number): void {
    this.patienceMs = patienceMs
    this.seen()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.look(), patienceMs)
  }

  seen(): void {
    this.seenAt = Date.now()
  }

  end(): void {
    clearTimeout(this.timer)
  }

  private look(): void {
    const left = this.seenAt + this.patienceMs - Date.now()
    if (left <= 0) this.connection.abort()
    else this.timer = setTimeout(() => this.look(), left)
  }
}
