import { expect, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import { happened, message, SESSION, snapshot } from './scripts'
import { forgetThreads, ThreadStore, threadOf, touchThread } from './threads'

const user = message('u1', { role: 'user', content: 'hi' })
const streaming = message('a1', { parentId: 'u1', content: 'so ', status: 'streaming' })

async function loaded(...messages: ReturnType<typeof message>[]) {
  const chat = vi.spyOn(api, 'chat').mockResolvedValueOnce(snapshot(messages, { lastEventId: 10 }))
  const thread = new ThreadStore(SESSION)
  expect(await thread.reload()).toBe(10)
  return { thread, chat }
}

test('streamed text reaches its own listeners and nobody else', async () => {
  const { thread } = await loaded(user, streaming)
  const onStore = vi.fn()
  const onLive = vi.fn()
  const onOther = vi.fn()
  thread.store.subscribe(onStore)
  thread.subscribeLive('a1', onLive)
  thread.subscribeLive('u1', onOther)
  thread.apply([happened.delta(11, 'a1', 'f'), happened.delta(12, 'a1', 'ar')])
  expect(thread.live('a1')?.content).toBe('so far')
  expect([onStore, onLive, onOther].map((listener) => listener.mock.calls.length)).toEqual([0, 1, 0])
  thread.apply([happened.completed(13, { ...streaming, status: 'done', content: 'so far.' })])
  expect(onStore).toHaveBeenCalledOnce()
})

test('events before the snapshot are left to the stream that follows it', () => {
  const thread = new ThreadStore(SESSION)
  thread.apply([happened.created(3, user)])
  expect(thread.current.rows).toEqual([])
})

test('earlier messages are asked for before the first row, once at a time', async () => {
  const { thread, chat } = await loaded(message('m9', { parentId: 'm8' }))
  chat.mockResolvedValue(snapshot([message('m8')], { lastEventId: 10 }))
  await Promise.all([thread.loadEarlier(), thread.loadEarlier()])
  expect(chat.mock.calls.slice(1)).toEqual([[SESSION, { limit: 100, before: 'm9' }]])
  expect(thread.current.rows).toEqual(['m8', 'm9'])
  await thread.loadEarlier()
  expect(chat).toHaveBeenCalledTimes(2)
})

test('a branch whose end is not loaded is fetched', async () => {
  const { thread, chat } = await loaded(user, message('a1', { parentId: 'u1' }))
  chat.mockResolvedValue(snapshot([user, message('a2', { parentId: 'u1' })], { lastEventId: 12 }))
  expect(await thread.complete()).toBeUndefined()
  expect(chat).toHaveBeenCalledOnce()
  thread.apply([happened.leaf(12, 'a2')])
  expect(await thread.complete()).toBe(12)
  expect(thread.current.rows).toEqual(['u1', 'a2'])
})

test('a branch that arrives late is followed from where its window stood', async () => {
  const { thread, chat } = await loaded(user, message('a1', { parentId: 'u1' }))
  const other = message('a2', { parentId: 'u1', content: 'so ', status: 'streaming' })
  chat.mockResolvedValue(snapshot([user, other], { lastEventId: 12 }))
  thread.apply([happened.leaf(12, 'a2')])
  const position = thread.complete()
  // Nobody could take this in: its message is not here yet.
  thread.apply([happened.delta(13, 'a2', 'f')])
  expect(await position).toBe(12)
  thread.apply([happened.delta(13, 'a2', 'f'), happened.delta(14, 'a2', 'ar')])
  expect(thread.live('a2')?.content).toBe('so far')
})

test('what can not be loaded is said, what is on screen stays there', async () => {
  const { thread, chat } = await loaded(user)
  chat.mockRejectedValueOnce(ApiError.network())
  expect(await thread.reload()).toBeUndefined()
  expect(thread.store.get().status).toBe('ready')

  const other = new ThreadStore('other')
  chat.mockRejectedValueOnce(ApiError.network())
  await other.reload()
  expect(other.store.get()).toMatchObject({ status: 'error', problem: { code: 'network' } })
  chat.mockRejectedValueOnce(new ApiError({ code: 'not_found', status: 404, detail: 'No such session.' }))
  await other.reload()
  expect(other.store.get().status).toBe('missing')
})

test('only the threads that were shown lately are kept', () => {
  const first = threadOf('t0')
  for (let index = 0; index < 20; index++) touchThread(threadOf(`t${index}`))
  expect(threadOf('t19')).toBe(threadOf('t19'))
  expect(threadOf('t0')).not.toBe(first)
  forgetThreads()
})
