import type { Tokens } from 'marked'
import { describe, expect, test } from 'vitest'
import { blocksOf } from './lex'
import { lastCodeOf, plainText, tableTsv } from './plain-text'

describe('Markdown as plain text', () => {
  test.each([
    [
      'headings and marks',
      '# A *big* one\n\n**bold**, ~~gone~~ and `co*de*`',
      'A big one\n\nbold, gone and co*de*',
    ],
    ['soft and hard breaks', 'one\ntwo  \nthree', 'one\ntwo\nthree'],
    ['entities and escapes', 'a &amp; b \\*c\\*', 'a & b *c*'],
    ['links keep what their words hide', '[docs](https://example.org/a)', 'docs (https://example.org/a)'],
    ['links that say where they lead', '<https://example.org/a>', 'https://example.org/a'],
    ['pictures', '![a cat](https://example.org/c.png)', 'a cat (https://example.org/c.png)'],
    ['lists', '- one\n- two\n  - deep\n\n', '- one\n- two\n  - deep'],
    ['ordered lists', '9. a\n10. b', '9. a\n10. b'],
    ['tasks', '- [ ] to do\n- [x] done', '- [ ] to do\n- [x] done'],
    ['quotes', '> a\n>\n> b', '> a\n>\n> b'],
    ['code keeps its blanks', '```ts\n  a\n\n    b\n```', '  a\n\n    b'],
    ['tables', '| a | b |\n|---|---|\n| **1** | 2 |', 'a\tb\n1\t2'],
    ['maths', 'so $x^2$\n\n$$\ny\n$$', 'so x^2\n\ny'],
    ['tags are text', 'a <b>c</b>', 'a <b>c</b>'],
    ['footnotes', 'x[^n]\n\n[^n]: why', 'x[1]\n\n[1] why'],
    ['a note that nothing refers to', 'x\n\n[^n]: why', 'x\n\n[^n]: why'],
    ['nothing', '', ''],
  ])('%s', (_, markdown, expected) => {
    expect(plainText(markdown)).toBe(expected)
  })
})

test('a table for a spreadsheet holds no formula and no tab within a cell', () => {
  const text = '| a\tb | n |\n|---|---|\n| =1+1 | -5 |\n| @x | +3 % |\n| -x | **1,5** |'
  const table = blocksOf(text)[0]?.token as Tokens.Table
  expect(tableTsv(table)).toBe("a b\tn\n'=1+1\t-5\n'@x\t+3 %\n'-x\t1,5")
})

test('the last code is found however deep it stands', () => {
  expect(lastCodeOf('no code')).toBeUndefined()
  expect(lastCodeOf('```\na\n```\n\n```\nb\n```\n\nend')).toBe('b')
  expect(lastCodeOf('```\na\n```\n\n- x\n\n  > ```\n  > deep\n  > ```')).toBe('deep')
})
