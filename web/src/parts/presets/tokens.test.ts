import { expect, test } from 'vitest'
import { estimatedTokens } from './tokens'

test.each([
  ['', 0],
  ['abc', 1],
  ['abcde', 2],
  ['größer', 3],
  ['日本', 2],
  ['😀', 1],
])('%s has about %i tokens', (text, tokens) => {
  expect(estimatedTokens(text)).toBe(tokens)
})
