import { act, renderHook } from '@testing-library/react'
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
  vi.restoreAllMocks()
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

/** The page as it is after a reload: nothing in memory, what the browser kept still there. */
async function reloaded() {
  vi.resetModules()
  const [commands, { api }, files] = await Promise.all([
    import('./commands'),
    import('../api/routes'),
    import('./draft-files'),
  ])
  vi.spyOn(api, 'sendMessage').mockResolvedValue(undefined as never)
  return {
    startSession: commands.startSession,
    create: vi.spyOn(api, 'createSession').mockResolvedValue(session({ id: 'made' })),
    update: vi.spyOn(api, 'updateSession').mockResolvedValue(session({ id: 'made' })),
    upload: vi.spyOn(files, 'uploadKept').mockResolvedValue([]),
  }
}

const NOTHING = { personaId: '', systemPrompt: '', parameters: {} }

test('a new chat whose files failed goes on in its session after a reload, with what is chosen then', async () => {
  const before = await reloaded()
  before.upload.mockRejectedValueOnce(new Error('no network'))
  await expect(before.startSession({ content: 'hi' })).rejects.toThrow('no network')
  const after = await reloaded()
  const setup = { ...NOTHING, personaId: 'p', parameters: { temperature: 0.5 } }
  expect(await after.startSession({ content: 'hi again' }, setup)).toBe('made')
  expect(after.create).not.toHaveBeenCalled()
  expect(after.update.mock.calls[0]?.[1]).toMatchObject({
    personaId: 'p',
    systemPrompt: null,
    parameters: { temperature: 0.5 },
  })
  // The next one is a session of its own.
  await after.startSession({ content: 'another' })
  expect(after.create).toHaveBeenCalledOnce()
})

test('a session that was deleted before its first message is not sent to', async () => {
  const { startSession, create, update, upload } = await reloaded()
  upload.mockRejectedValueOnce(new Error('no network'))
  await expect(startSession({ content: 'one' })).rejects.toThrow('no network')
  const { ApiError } = await import('../api/error')
  const gone = new ApiError({ code: 'not_found', status: 404, detail: 'It is gone.' })
  update.mockRejectedValueOnce(gone)
  await expect(startSession({ content: 'one' })).rejects.toMatchObject({ code: 'not_found' })
  expect(await startSession({ content: 'one' })).toBe('made')
  expect(create).toHaveBeenCalledTimes(2)
})

test('what a new chat was set up with outlives a reload and ends with its first message', async () => {
  await reloaded()
  const { setNewChatSetup } = await import('./new-chat')
  setNewChatSetup({ ...NOTHING, personaId: 'p' })
  const { startSession } = await reloaded()
  const { useNewChatSetup } = await import('./new-chat')
  const shown = renderHook(() => useNewChatSetup())
  expect(shown.result.current.personaId).toBe('p')
  await act(() => startSession({ content: 'hi' }, shown.result.current))
  expect(shown.result.current).toEqual(NOTHING)
  expect(localStorage.getItem('cowork.setup.new')).toBeNull()
})
