import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import { emptyThread, fromSnapshot } from './fold'
import { discardSend, outbox, retrySend, sendMessage, settle, startOutbox } from './outbox'
import { message, SESSION, snapshot } from './scripts'

const accepted = (lastEventId = 9) => ({ assistantMessage: message('a1'), lastEventId })
const refused = () =>
  new ApiError({ code: 'queue_full', status: 429, detail: 'A hundred turns wait already.' })
const stored = () => Object.keys(localStorage).filter((key) => key.startsWith('cowork.outbox.'))
const local = () => `local:${outbox.get()[0]?.id}`
const deliveries = () => outbox.get().map((entry) => entry.delivery)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  for (const entry of outbox.get()) discardSend(`local:${entry.id}`)
  vi.useRealTimers()
})

test('a message is kept before it is sent, and leaves the store once it is acknowledged', async () => {
  const send = vi.spyOn(api, 'sendMessage').mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'hi' })
  expect(stored()).toHaveLength(1)
  expect(deliveries()).toEqual(['sending'])
  await vi.advanceTimersByTimeAsync(0)
  expect(send).toHaveBeenCalledOnce()
  expect(stored()).toEqual([])
  // Still on screen until its event is here.
  expect(deliveries()).toEqual(['sent'])
})

test('every try carries the same id', async () => {
  const send = vi
    .spyOn(api, 'sendMessage')
    .mockRejectedValueOnce(ApiError.network())
    .mockRejectedValueOnce(ApiError.network())
    .mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(0)
  expect(deliveries()).toEqual(['retrying'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(deliveries()).toEqual(['sent'])
  expect(new Set(send.mock.calls.map(([, body]) => body.client_request_id)).size).toBe(1)
  expect(send).toHaveBeenCalledTimes(3)
})

test('messages of a session go out one after another', async () => {
  let answer: (value: ReturnType<typeof accepted>) => void = () => {}
  const send = vi
    .spyOn(api, 'sendMessage')
    .mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    .mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'first' })
  sendMessage(SESSION, { content: 'second' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(send.mock.calls.map(([, body]) => body.content)).toEqual(['first'])
  answer(accepted())
  await vi.advanceTimersByTimeAsync(0)
  expect(send.mock.calls.map(([, body]) => body.content)).toEqual(['first', 'second'])
})

test('a refusal stays on screen with its reason until the person decides', async () => {
  const send = vi.spyOn(api, 'sendMessage').mockRejectedValueOnce(refused()).mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(send).toHaveBeenCalledOnce()
  expect(outbox.get()[0]).toMatchObject({ delivery: 'failed', problem: { code: 'queue_full' } })
  expect(stored()).toHaveLength(1)
  retrySend(local())
  await vi.advanceTimersByTimeAsync(0)
  expect(deliveries()).toEqual(['sent'])
})

test('a server that stays away makes it fail in the end, kept', async () => {
  vi.spyOn(api, 'sendMessage').mockRejectedValue(ApiError.network())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(deliveries()).toEqual(['failed'])
  expect(stored()).toHaveLength(1)
})

test('a discarded message is not sent again', async () => {
  const send = vi.spyOn(api, 'sendMessage').mockRejectedValue(ApiError.network())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(0)
  discardSend(local())
  await vi.advanceTimersByTimeAsync(600_000)
  expect(send).toHaveBeenCalledOnce()
  expect([outbox.get(), stored()]).toEqual([[], []])
})

test('what an earlier page left unsent goes out with its old id', async () => {
  const entry = { id: 'old', sessionId: SESSION, message: { content: 'kept' }, createdAt: 1 }
  localStorage.setItem('cowork.outbox.old', JSON.stringify(entry))
  localStorage.setItem('cowork.outbox.broken', '{')
  const send = vi.spyOn(api, 'sendMessage').mockResolvedValue(accepted())
  startOutbox()
  await vi.advanceTimersByTimeAsync(0)
  expect(send).toHaveBeenCalledWith(SESSION, { client_request_id: 'old', content: 'kept' })
  expect(send).toHaveBeenCalledOnce()
})

test('what was refused waits for the person in the next page too', async () => {
  const problem = { code: 'queue_full', status: 429, detail: 'A hundred turns wait already.' }
  const entry = { id: 'old', sessionId: SESSION, message: { content: 'kept' }, createdAt: 1 }
  const send = vi.spyOn(api, 'sendMessage').mockRejectedValueOnce(refused()).mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(0)
  expect(JSON.parse(localStorage.getItem(stored()[0] ?? '') ?? '')).toMatchObject({
    delivery: 'failed',
    problem,
  })
  discardSend(local())

  localStorage.setItem('cowork.outbox.old', JSON.stringify({ ...entry, delivery: 'failed', problem }))
  startOutbox()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(send).toHaveBeenCalledOnce()
  expect(outbox.get()[0]).toMatchObject({ delivery: 'failed', problem })
  retrySend('local:old')
  await vi.advanceTimersByTimeAsync(0)
  expect(deliveries()).toEqual(['sent'])
})

test('what another tab let go of is not sent again', async () => {
  const send = vi.spyOn(api, 'sendMessage').mockRejectedValue(ApiError.network())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(0)
  localStorage.removeItem(stored()[0] ?? '')
  await vi.advanceTimersByTimeAsync(600_000)
  expect(send).toHaveBeenCalledOnce()
  expect([outbox.get(), stored()]).toEqual([[], []])
})

test('a refusal does not bring back what another tab let go of meanwhile', async () => {
  vi.spyOn(api, 'sendMessage').mockImplementation(async () => {
    localStorage.removeItem(stored()[0] ?? '')
    throw refused()
  })
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(0)
  expect(stored()).toEqual([])
})

test('a message that the browser has no room for is tried like the others', async () => {
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  const send = vi
    .spyOn(api, 'sendMessage')
    .mockRejectedValueOnce(ApiError.network())
    .mockResolvedValue(accepted())
  sendMessage(SESSION, { content: 'hi' })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(send).toHaveBeenCalledTimes(2)
  expect(deliveries()).toEqual(['sent'])
  full.mockRestore()
})

test('it leaves when its message is in the thread, or the thread is past it', async () => {
  vi.spyOn(api, 'sendMessage').mockResolvedValue(accepted(9))
  sendMessage(SESSION, { content: 'hi' })
  const [entry] = outbox.get()
  settle({ ...emptyThread(SESSION), lastEventId: 50 })
  expect(outbox.get()).toHaveLength(1)
  settle(fromSnapshot(SESSION, snapshot([message('u', { role: 'user', clientRequestId: entry?.id ?? '' })])))
  expect(outbox.get()).toHaveLength(0)

  sendMessage(SESSION, { content: 'again' })
  await vi.advanceTimersByTimeAsync(0)
  settle({ ...emptyThread(SESSION), lastEventId: 8 })
  expect(outbox.get()).toHaveLength(1)
  settle({ ...emptyThread(SESSION), lastEventId: 9 })
  expect(outbox.get()).toHaveLength(0)
})
