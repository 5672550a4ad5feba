import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import { startSession } from './commands'
import { session } from './scripts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(api, 'sendMessage').mockResolvedValue(undefined as never)
})

afterEach(() => {
  vi.useRealTimers()
})

/** Starts, and waits until every try got no answer. */
async function failToStart(...args: Parameters<typeof startSession>): Promise<void> {
  const failed = expect(startSession(...args)).rejects.toBeInstanceOf(ApiError)
  await vi.advanceTimersByTimeAsync(10_000)
  await failed
}

test('a start that got no answer goes on under its id, with another model it is another one', async () => {
  const create = vi.spyOn(api, 'createSession').mockRejectedValue(ApiError.network())
  const ids = () => new Set(create.mock.calls.map(([made]) => made.client_request_id))
  await failToStart({ content: 'hi', modelId: 'one' })
  await failToStart({ content: 'hi', modelId: 'one' })
  expect(ids().size).toBe(1)
  await failToStart({ content: 'hi', modelId: 'two' })
  expect(ids().size).toBe(2)
  create.mockResolvedValue(session())
  await startSession({ content: 'hi', modelId: 'two' })
  expect(ids().size).toBe(2)
})
