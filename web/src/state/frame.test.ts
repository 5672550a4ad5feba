import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FrameBatch } from './frame'

let flushed: number[][]
let batch: FrameBatch<number>

beforeEach(() => {
  vi.useFakeTimers()
  flushed = []
  batch = new FrameBatch((items) => flushed.push(items))
})

afterEach(() => {
  vi.useRealTimers()
})

test('everything between two frames is one flush, in order', () => {
  for (const item of [1, 2, 3]) batch.add(item)
  expect(flushed).toEqual([])
  vi.advanceTimersToNextFrame()
  expect(flushed).toEqual([[1, 2, 3]])
  batch.add(4)
  vi.advanceTimersToNextFrame()
  expect(flushed).toEqual([[1, 2, 3], [4]])
  vi.advanceTimersByTime(5_000)
  expect(flushed).toHaveLength(2)
})

test('a page that paints nothing still flushes', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  batch.add(1)
  vi.advanceTimersByTime(400)
  expect(flushed).toEqual([[1]])
  vi.unstubAllGlobals()
})

test('slow frames stretch the interval, quick ones bring it back', () => {
  let frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', () => {})
  const paint = (now: number) => {
    const due = frames
    frames = []
    for (const callback of due) callback(now)
  }
  let now = 0
  const flushesIn = (count: number, frameMs: number) => {
    const before = flushed.length
    for (let frame = 0; frame < count; frame++) {
      batch.add(frame)
      now += frameMs
      paint(now)
    }
    return flushed.length - before
  }
  expect(flushesIn(20, 16)).toBe(20)
  expect(flushesIn(40, 60)).toBeLessThan(30)
  flushesIn(60, 16)
  expect(flushesIn(20, 16)).toBe(20)
  expect(flushed.flat()).toHaveLength(140 - 0)
  vi.unstubAllGlobals()
})

test('what was cleared is gone', () => {
  batch.add(1)
  batch.clear()
  vi.advanceTimersByTime(1_000)
  expect(flushed).toEqual([])
})
