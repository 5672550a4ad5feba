import { expect, it } from 'vitest'
import { extended, NOTHING, toggled, within } from './selection'

const shown = ['a', 'b', 'c', 'd']
const ids = (selection: typeof NOTHING) => [...selection.ids].sort().join('')

it('takes in, takes out, and takes in a range from the last one, whichever way it goes', () => {
  const b = toggled(NOTHING, 'b')
  expect(ids(b)).toBe('b')
  expect(ids(extended(b, 'd', shown))).toBe('bcd')
  expect(ids(extended(extended(b, 'd', shown), 'a', shown))).toBe('abcd')
  expect(ids(toggled(extended(b, 'd', shown), 'c'))).toBe('bd')
  expect(ids(extended(NOTHING, 'c', shown))).toBe('c')
  expect(ids(extended(toggled(NOTHING, 'gone'), 'c', shown))).toBe('cgone')
})

it('forgets what is not there any more', () => {
  const both = extended(toggled(NOTHING, 'a'), 'b', shown)
  expect(within(both, new Set(shown))).toBe(both)
  expect(ids(within(both, new Set(['b'])))).toBe('b')
})
