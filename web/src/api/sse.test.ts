import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SseParser } from './sse'

const STREAM =
  '\ufeffretry: 750\r\n\r\nid: 7\r\nevent: message.delta\r\ndata: {"a":1}\r\n\r\n: a comment\ndata: one\ndata: two\n\nid: 8\nevent:tight\rdata:\r\rid: 9\n\nevent: heartbeat\ndata: {}\n\n'

const FRAMES = [
  { event: 'message.delta', id: '7', data: '{"a":1}' },
  { event: 'message', id: '7', data: 'one\ntwo' },
  { event: 'tight', id: '8', data: '' },
  { event: 'heartbeat', id: '9', data: '{}' },
]

test('frames are the same wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (lengths) => {
      const parser = new SseParser()
      const frames = []
      let at = 0
      for (const length of lengths) {
        frames.push(...parser.feed(STREAM.slice(at, at + length)))
        at += length
      }
      frames.push(...parser.feed(STREAM.slice(at)))
      expect(frames).toEqual(FRAMES)
      expect(parser.retryMs).toBe(750)
    }),
  )
})

test('a frame without its blank line is held back', () => {
  const parser = new SseParser()
  expect(parser.feed('data: half')).toEqual([])
  expect(parser.feed(' and half\n')).toEqual([])
  expect(parser.feed('\n')).toEqual([{ event: 'message', id: '', data: 'half and half' }])
})

test('a line that never ends is refused', () => {
  const parser = new SseParser()
  const piece = 'x'.repeat(4_000_000)
  expect(() => {
    for (let index = 0; index < 6; index++) parser.feed(piece)
  }).toThrow()
})
