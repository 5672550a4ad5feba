import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoted, withBlock } from './quote'

describe('quoted', () => {
  it.each([
    ['', ''],
    [' \n\n', ''],
    ['one', '> one'],
    ['\n\none\r\ntwo\n\nthree\n', '> one\n> two\n>\n> three'],
    ['```js\n  if (x) {\n\n  }\n```', '> ```js\n>   if (x) {\n>\n>   }\n> ```'],
    ['> said before\n\nand now', '> > said before\n>\n> and now'],
  ])('%j', (text, quote) => {
    expect(quoted(text)).toBe(quote)
  })

  it('keeps every line: without its marks it is the text', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const bare = quoted(lines.join('\n'))
          .split('\n')
          .map((quote) => quote.replace(/^> ?/, ''))
        const blank = (text: string) => (text.trim() === '' ? '' : text)
        const from = lines.findIndex((text) => text.trim() !== '')
        const to = lines.findLastIndex((text) => text.trim() !== '')
        expect(bare).toEqual(from < 0 ? [''] : lines.slice(from, to + 1).map(blank))
      }),
    )
  })
})

describe('withBlock', () => {
  it.each([
    ['', 0, '> q\n\n|'],
    ['draft', 5, 'draft\n\n> q\n\n|'],
    ['draft', 0, '> q\n\n|draft'],
    ['ab', 1, 'a\n\n> q\n\n|b'],
    ['a\n\nb', 2, 'a\n\n> q\n\n|b'],
    ['a\n\n\nb', 1, 'a\n\n> q\n\n|\nb'],
  ])('%j at %i', (draft, at, expected) => {
    const { text, caret } = withBlock(draft, at, '> q')
    expect(`${text.slice(0, caret)}|${text.slice(caret)}`).toBe(expected)
  })

  it('keeps the draft and stands between blank lines', () => {
    const draft = fc.string({ unit: fc.constantFrom('a', '\n', ' ') })
    fc.assert(
      fc.property(draft, fc.nat(), (text, place) => {
        const caret = place % (text.length + 1)
        const made = withBlock(text, caret, '> q')
        const [head, tail] = made.text.split('> q')
        expect(head?.startsWith(text.slice(0, caret))).toBe(true)
        expect(tail?.endsWith(text.slice(caret))).toBe(true)
        expect(head === '' || head?.endsWith('\n\n')).toBe(true)
        expect(tail?.startsWith('\n\n')).toBe(true)
        expect(made.text.slice(0, made.caret).endsWith('> q\n\n')).toBe(true)
      }),
    )
  })
})
