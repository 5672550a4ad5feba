import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { backoff, EventStream, type StreamState } from './event-stream'

/** One connection as the server sees it. */
class Connection {
  private controller!: ReadableStreamDefaultController<Uint8Array>
  readonly body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      this.controller = controller
    },
  })

  constructor(
    readonly url: URL,
    readonly after: string | null,
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.fail())
  }

  send(text: string): void {
    this.controller.enqueue(new TextEncoder().encode(text))
  }

  event(id: number, type = 'message.delta'): void {
    this.send(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ id, type, sessionId: 's' })}\n\n`)
  }

  end(): void {
    this.controller.close()
  }

  fail(): void {
    try {
      this.controller.error(new DOMException('aborted', 'AbortError'))
    } catch {
      // It has ended already.
    }
  }
}

let connections: Connection[]
let answers: (() => Response | undefined)[]
let ids: number[]
let states: StreamState[]
let resets: number
let stream: EventStream

beforeEach(() => {
  vi.useFakeTimers()
  connections = []
  answers = []
  ids = []
  states = []
  resets = 0
  vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
    const refused = answers.shift()?.()
    const signal = init.signal as AbortSignal
    const connection = new Connection(url, new Headers(init.headers).get('last-event-id'), signal)
    connections.push(connection)
    return refused ?? new Response(connection.body, { headers: { 'content-type': 'text/event-stream' } })
  })
  stream = new EventStream(
    {
      event: (event) => ids.push(event.id),
      state: (state) => states.push(state),
      reset: () => {
        resets += 1
      },
    },
    () => 'http://127.0.0.1:1',
  )
})

afterEach(() => {
  stream.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const settled = () => vi.advanceTimersByTimeAsync(0)
const connection = (index: number): Connection => {
  const found = connections[index]
  if (!found) throw new Error(`no connection ${index}`)
  return found
}
const refusal = (code: string, status: number) => () =>
  new Response(JSON.stringify({ code, status, detail: '' }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

test('a lost connection is resumed after the newest event that came', async () => {
  stream.follow('s', 10)
  await settled()
  expect(connection(0).url.searchParams.get('session')).toBe('s')
  expect(connection(0).after).toBe('10')
  connection(0).event(11)
  connection(0).event(14)
  await settled()
  connection(0).end()
  await settled()
  expect(states.at(-1)).toBe('retrying')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(connection(1).after).toBe('14')
  expect(ids).toEqual([11, 14])
  expect(states.at(-1)).toBe('live')
})

test('silence ends a connection, heartbeats keep it', async () => {
  stream.follow(null, 1)
  await settled()
  for (let beat = 0; beat < 5; beat++) {
    await vi.advanceTimersByTimeAsync(15_000)
    connection(0).send('event: heartbeat\ndata: {}\n\n')
    await settled()
  }
  expect(connections).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(42_000)
  expect(connection(0).signal.aborted).toBe(true)
  expect(connections).toHaveLength(2)
})

test('a cursor that the server does not know asks for the snapshots, not for another try', async () => {
  answers = [refusal('unknown_cursor', 400)]
  stream.follow('s', 99)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(resets).toBe(1)
  expect(connections).toHaveLength(1)
})

test('stream.reset does the same', async () => {
  stream.follow('s', 1)
  await settled()
  connection(0).send('event: stream.reset\ndata: {"type":"stream.reset","reason":"cursor_too_old"}\n\n')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(resets).toBe(1)
  expect(connections).toHaveLength(1)
})

test('a session that is gone leaves the list of sessions followed', async () => {
  answers = [refusal('not_found', 404)]
  stream.follow('s', 5)
  await settled()
  expect(connections).toHaveLength(2)
  expect(connection(1).url.searchParams.has('session')).toBe(false)
})

test('following another session closes the first connection and hears nothing from it', async () => {
  stream.follow('a', 1)
  await settled()
  const first = connection(0)
  stream.follow('b', 1)
  await settled()
  expect(first.signal.aborted).toBe(true)
  connection(1).event(2)
  await settled()
  expect(ids).toEqual([2])
})

test('a paused stream goes on after its cursor', async () => {
  stream.follow('a', 1)
  await settled()
  connection(0).event(5)
  await settled()
  stream.pause()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(connections).toHaveLength(1)
  stream.resume()
  await settled()
  expect(connection(1).after).toBe('5')
})

test('what is not an event is passed over', async () => {
  stream.follow('a', 1)
  await settled()
  connection(0).send('data: no json\n\ndata: 5\n\ndata: {"id":"x","type":"t"}\n\n')
  connection(0).event(3, 'something.newer')
  await settled()
  expect(ids).toEqual([3])
})

test('waits grow to a limit', () => {
  expect([0, 1, 2, 3, 10].map((failures) => backoff(failures, 0.5))).toEqual([
    500, 1_000, 2_000, 4_000, 15_000,
  ])
})
