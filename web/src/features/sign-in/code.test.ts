import { expect, it } from 'vitest'
import { codeIn } from './code'

it.each([
  ['http://127.0.0.1:7317/#code=abc-123', 'abc-123'],
  ['  http://localhost:7317/#code=abc_1\n', 'abc_1'],
  ['#code=abc', 'abc'],
  ['code=abc', 'abc'],
  ['abc-_9', 'abc-_9'],
  ['#code=a%2Db', 'a-b'],
])('finds the code in %j', (pasted, code) => {
  expect(codeIn(pasted)).toBe(code)
})

it.each(['', '   ', 'http://127.0.0.1:7317/', 'two words', '#code=', '#code=%'])(
  'finds none in %j',
  (pasted) => {
    expect(codeIn(pasted)).toBeUndefined()
  },
)
