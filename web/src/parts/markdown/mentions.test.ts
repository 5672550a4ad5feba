import fc from 'fast-check'
import { marked, type Tokens } from 'marked'
import { describe, expect, it } from 'vitest'
import { mentioned, mentionOf } from './mentions'
import { inlineText } from './plain-text'

describe('mentioned', () => {
  it.each([
    ['cowork:session/01-ab', '@Plan', '01-ab'],
    ['cowork:session/01-ab', 'Plan', undefined],
    ['cowork:session/../settings', '@Plan', undefined],
    ['cowork:session/', '@Plan', undefined],
    ['cowork:session/a?b', '@Plan', undefined],
    ['cowork:other/a', '@Plan', undefined],
    ['https://example.org/cowork:session/a', '@Plan', undefined],
  ])('%s as “%s”: %s', (href, shown, expected) => {
    expect(mentioned(href, shown)).toBe(expected)
  })
})

it('whatever the title, it is one link with the title as its words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (raw) => {
      const title = raw.trim().replaceAll(/\s+/g, ' ')
      const [paragraph] = marked.lexer(`See ${mentionOf('01-ab', title)}.`) as Tokens.Paragraph[]
      const links = paragraph?.tokens.filter((token): token is Tokens.Link => token.type === 'link') ?? []
      expect(links.map(({ href, tokens }) => [href, inlineText(tokens)])).toEqual([
        ['cowork:session/01-ab', `@${title}`],
      ])
    }),
  )
})
