import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import { EventStream } from '../api/event-stream'
import { api } from '../api/routes'
import type { ChatSnapshot, Event, SessionList } from '../api/types'
import { showThread, startConnection, stopConnection } from './connection'
import { happened, message, SESSION, snapshot } from './scripts'
import { forgetThreads, threadOf } from './threads'

const missing = () => new ApiError({ code: 'not_found', status: 404, detail: 'No such session.' })
/** Each test an hour after the one before: what starts again at once waits. */
let now = 0
let followed: [session: string | null, after: number][]
/** The newest connection. */
let connection: ReadableStreamDefaultController<Uint8Array>
let leave: () => void
/** The list's answer. */
let list: (lastEventId: number) => Promise<void>

beforeEach(() => {
  now += 3_600_000
  vi.useFakeTimers({ now })
  followed = []
  leave = () => {}
  vi.stubGlobal('fetch', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        connection = controller
      },
    })
    return new Response(body)
  })
  const follow = EventStream.prototype.follow
  vi.spyOn(EventStream.prototype, 'follow').mockImplementation(function (this: EventStream, ...where) {
    followed.push(where)
    follow.apply(this, where)
  })
  let answer: (list: SessionList) => void = () => {}
  const answered = new Promise<SessionList>((resolve) => (answer = resolve))
  vi.spyOn(api, 'sessions').mockReturnValue(answered)
  list = async (lastEventId) => {
    answer({ items: [], nextCursor: null, lastEventId })
    await vi.advanceTimersByTimeAsync(0)
  }
})

afterEach(() => {
  leave()
  stopConnection()
  forgetThreads()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Opens a thread and lets its snapshot's answer take effect. */
async function open(id = SESSION) {
  leave = showThread(threadOf(id))
  await vi.advanceTimersByTimeAsync(0)
}

/** Lets an event arrive. */
async function arrives(event: Event) {
  connection.enqueue(new TextEncoder().encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
  await vi.advanceTimersByTimeAsync(0)
}

test('a page on a session that does not exist follows the list', async () => {
  vi.spyOn(api, 'chat').mockRejectedValue(missing())
  void startConnection()
  await open('gone')
  await list(9)
  expect(followed).toEqual([[null, 9]])
})

test('a thread that was left before the list came leaves the list to be followed', async () => {
  vi.spyOn(api, 'chat').mockRejectedValue(missing())
  await open('gone')
  void startConnection()
  leave()
  await list(9)
  expect(followed).toEqual([[null, 9]])
})

test('a thread that is there before the list stays followed, from where the list stands', async () => {
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot([message('a')], { lastEventId: 12 }))
  void startConnection()
  await open()
  expect(followed).toEqual([[SESSION, 12]])
  await list(9)
  expect(followed.slice(1)).toEqual([[SESSION, 9]])
})

test('a list that knows more than the thread changes nothing: its events are known to it', async () => {
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot([message('a')], { lastEventId: 12 }))
  void startConnection()
  await open()
  await list(15)
  expect(followed).toEqual([[SESSION, 12]])
})

test('a thread that comes after the list is followed from the older position', async () => {
  void startConnection()
  await list(9)
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot([message('a')], { lastEventId: 12 }))
  await open()
  expect(followed).toEqual([
    [null, 9],
    [SESSION, 9],
  ])
})

test('a branch that arrives late is followed from where it stood, whatever waits for the next frame', async () => {
  const user = message('u', { role: 'user' })
  const chat = vi
    .spyOn(api, 'chat')
    .mockResolvedValueOnce(snapshot([user, message('a', { parentId: 'u' })], { lastEventId: 12 }))
  void startConnection()
  await list(12)
  await open()
  let answer: (late: ChatSnapshot) => void = () => {}
  chat.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
  await arrives(happened.leaf(13, 'b'))
  vi.advanceTimersToNextFrame()
  await arrives(happened.delta(14, 'b', 'f'))
  vi.advanceTimersToNextFrame()
  await arrives(happened.delta(15, 'b', 'a'))
  const streaming = message('b', { parentId: 'u', content: 'so ', status: 'streaming' })
  answer(snapshot([user, streaming], { lastEventId: 13 }))
  await vi.advanceTimersByTimeAsync(0)
  expect(followed.at(-1)).toEqual([SESSION, 13])

  for (const [index, letter] of [...'far'].entries()) await arrives(happened.delta(14 + index, 'b', letter))
  await vi.advanceTimersByTimeAsync(500)
  expect(threadOf(SESSION).live('b')?.content).toBe('so far')
})
