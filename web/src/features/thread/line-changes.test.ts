import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LineChange, lineChanges } from './line-changes'

const SIGNS = { same: ' ', removed: '-', added: '+' }
const told = (changes: readonly LineChange[]) => changes.map(({ kind, text }) => `${SIGNS[kind]}${text}`)

it.each([
  ['a', 'a', [' a']],
  ['a', 'b', ['-a', '+b']],
  ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
  ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
  ['a\nb\nc\nd', 'x\nb\nd\ny', ['-a', '+x', ' b', '-c', ' d', '+y']],
])('%j to %j', (before, after, expected) => {
  expect(told(lineChanges(before, after))).toEqual(expected)
})

const without = (changes: readonly LineChange[], kind: LineChange['kind']) =>
  changes.flatMap((change) => (change.kind === kind ? [] : [change.text])).join('\n')

it('holds both texts', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', '')).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const changes = lineChanges(before, after)
      expect(without(changes, 'added')).toBe(before)
      expect(without(changes, 'removed')).toBe(after)
    }),
  )
})

it('gives up on the common lines of very long texts, and loses none', () => {
  const long = (mark: string) => Array.from({ length: 20_000 }, (_, at) => `${mark}${at % 7}`).join('\n')
  const changes = lineChanges(long('a'), long('b'))
  expect(without(changes, 'added')).toBe(long('a'))
  expect(without(changes, 'removed')).toBe(long('b'))
})
