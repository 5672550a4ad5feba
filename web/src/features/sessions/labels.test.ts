import { expect, it } from 'vitest'
import { suggestions, tidy, withTyped } from './labels'

it.each([
  ['  Work  ', 'Work'],
  ['a \t b', 'a b'],
  ['   ', ''],
  ['x'.repeat(120), 'x'.repeat(100)],
])('%j is the name %j', (typed, name) => {
  expect(tidy(typed)).toBe(name)
})

it.each([
  [[], 'a, b,,  c ', ['a', 'b', 'c']],
  [['A'], 'a,B,b', ['A', 'B']],
  [['a'], '  ', ['a']],
])('%j and %j typed are %j', (tags, typed, after) => {
  expect(withTyped(tags, typed)).toEqual(after)
})

it('no session gets more tags than the server takes', () => {
  const many = Array.from({ length: 50 }, (_, number) => `t${number}`)
  expect(withTyped(many, 'more')).toEqual(many)
})

it('offers what goes on from what is typed, the most used first', () => {
  const known = [
    { name: 'alpha', count: 1 },
    { name: 'Beta', count: 9 },
    { name: 'gamma', count: 3 },
  ]
  expect(suggestions(known, [], '')).toEqual(['Beta', 'gamma', 'alpha'])
  expect(suggestions(known, ['gamma'], 'A')).toEqual(['Beta', 'alpha'])
  expect(suggestions(known, [], '', 1)).toEqual(['Beta'])
})
