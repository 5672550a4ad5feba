import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inPlaceOf, mentionAt } from './mention-token'

/** `|` is the caret. */
const at = (marked: string) => {
  const caret = marked.indexOf('|')
  return [marked.replace('|', ''), caret] as const
}

describe('mentionAt', () => {
  it.each([
    ['@|', ''],
    ['@pl|', 'pl'],
    ['See @the pl|an', 'the pl'],
    ['(@pl|', 'pl'],
    ['one\n@pl|', 'pl'],
    ['a@b.example, @pl|', 'pl'],
  ])('%j', (marked, typed) => {
    expect(mentionAt(...at(marked))?.typed).toBe(typed)
  })

  it.each([
    '|',
    'plan|',
    'me@example.org|',
    '@ plan|',
    '@pl\nan|',
    '[@Plan](cowork:session/1)|',
    `@${'x'.repeat(61)}|`,
    `${'x'.repeat(5)}@${'y'.repeat(60)}|`,
    '@@pl|',
  ])('none in %j', (marked) => {
    expect(mentionAt(...at(marked))).toBeUndefined()
  })

  it('is what stands between an @ and the caret, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('@', 'a', ' ', '\n', '[', '😀') }),
        fc.nat(),
        (text, place) => {
          const caret = place % (text.length + 1)
          const token = mentionAt(text, caret)
          if (token) expect(text.slice(token.from, token.to)).toBe(`@${token.typed}`)
        },
      ),
    )
  })
})

describe('inPlaceOf', () => {
  it.each([
    ['See @pl|', 'PLAN', 'See PLAN |'],
    ['See @pl| now', 'PLAN', 'See PLAN |now'],
    ['See @pl|, now', 'PLAN', 'See PLAN |, now'],
    ['See @pl| now', '', 'See | now'],
  ])('%j with %j', (marked, words, expected) => {
    const [text, caret] = at(marked)
    const token = mentionAt(text, caret)
    if (!token) throw new Error('no token')
    const done = inPlaceOf(text, token, words)
    expect(`${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`).toBe(expected)
  })
})
