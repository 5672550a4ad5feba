import { expect, it } from 'vitest'
import { occurrencesIn } from './marks'

function found(html: string, ...texts: string[]): string[] {
  const root = document.createElement('div')
  root.innerHTML = html
  return occurrencesIn(root, texts).map((range) => range.toString())
}

it('finds texts without case and accents, over elements and within words', () => {
  expect(found('<p>Use it: <b>use</b>Thread, abUSEd</p>', 'use')).toEqual(['Use', 'use', 'USE'])
  expect(found('<p>the qu<em>ick br</em>own fox</p>', 'quick brown')).toEqual(['quick brown'])
  expect(found('<p>Café, cafe\u0301 and CAFÉ</p>', 'cafe')).toEqual(
    ['Café', 'cafe\u0301', 'CAFÉ'].map(noTail),
  )
  expect(found('<p>全文検索の例</p>', '検索')).toEqual(['検索'])
  expect(found('<p>👋 fox</p>', 'fox')).toEqual(['fox'])
  expect(found('<p>one\n   two</p>', 'one  two')).toEqual(['one\n   two'])
})

it('does not join what stands in different paragraphs', () => {
  expect(found('<p>one</p><p>two</p>', 'onetwo')).toEqual([])
  expect(found('<p>one</p><p>two</p>', 'two')).toEqual(['two'])
})

it('takes the longest of several texts and nothing for blank ones', () => {
  expect(found('<p>foxes and a fox</p>', 'fox', 'foxes')).toEqual(['foxes', 'fox'])
  expect(found('<p>a b</p>', ' ', '')).toEqual([])
})

/** An accent of its own after the last letter is not part of the range. */
function noTail(text: string): string {
  return text.replace(/\u0301$/, '')
}
