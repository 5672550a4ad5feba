import { act, renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { handOver, useDraft } from './drafts'

const stored = (key: string) => localStorage.getItem(`cowork.draft.${key}`)

/** A draft with `text` in it, its setter, and a hand-over that the test ends. */
function written(key: string, text: string) {
  const { result } = renderHook(() => useDraft(key))
  act(() => result.current[1](text))
  let taken: () => void = () => {}
  let refused: (reason: Error) => void = () => {}
  const done = new Promise<void>((resolve, reject) => {
    taken = resolve
    refused = reject
  })
  return {
    text: () => result.current[0],
    write: (next: string) => act(() => result.current[1](next)),
    handOver: () => act(() => handOver(key, done)),
    taken: () => act(async () => taken()),
    refused: () => act(async () => refused(new Error('no'))),
  }
}

test('what was handed over is gone, what was written since stays', async () => {
  const draft = written('taken', 'first')
  draft.handOver()
  expect(draft.text()).toBe('')
  draft.write('second')
  await draft.taken()
  expect(draft.text()).toBe('second')
  expect(stored('taken')).toBe('second')
})

test('what was refused comes back, before what was written since', async () => {
  const draft = written('refused', 'first')
  draft.handOver()
  draft.write('second')
  await draft.refused()
  expect(draft.text()).toBe('first\n\nsecond')
  expect(stored('refused')).toBe('first\n\nsecond')
})

test('a page that ends before the hand-over has ended leaves the text', async () => {
  const draft = written('reload', 'first')
  draft.handOver()
  window.dispatchEvent(new Event('pagehide'))
  expect(stored('reload')).toBe('first')
  await draft.taken()
  expect(stored('reload')).toBeNull()
})

test('a draft is stored a little later', async () => {
  vi.useFakeTimers()
  const draft = written('later', 'first')
  expect(stored('later')).toBeNull()
  vi.advanceTimersByTime(1_000)
  expect(stored('later')).toBe('first')
  expect(draft.text()).toBe('first')
  vi.useRealTimers()
})
