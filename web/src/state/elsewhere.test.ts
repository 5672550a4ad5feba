import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onElsewhere, tellElsewhere } from './elsewhere'

const reload = vi.fn()
onElsewhere(reload)
const other = new BroadcastChannel('cowork.changed')

beforeEach(() => {
  reload.mockClear()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('a page that is looked at asks again, once for all it is told at that moment', () => {
  vi.useFakeTimers()
  window.dispatchEvent(new Event('focus'))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(reload).not.toHaveBeenCalled()
  vi.runAllTimers()
  expect(reload).toHaveBeenCalledOnce()
  window.dispatchEvent(new Event('focus'))
  vi.runAllTimers()
  expect(reload).toHaveBeenCalledTimes(2)
})

test('a page that can not be seen asks nobody', () => {
  vi.useFakeTimers()
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  vi.runAllTimers()
  expect(reload).not.toHaveBeenCalled()
})

test('a change is told to other tabs, and one of theirs is asked for', async () => {
  const told = vi.fn()
  other.addEventListener('message', told)
  tellElsewhere()
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce())
  expect(reload).not.toHaveBeenCalled()
  other.postMessage(null)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
})
