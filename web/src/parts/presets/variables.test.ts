import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filledIn, variablesOf } from './variables'

describe('variablesOf', () => {
  it.each([
    ['', []],
    ['no braces', []],
    ['{{a}} and {{ b }} and {{a}}', ['a', 'b']],
    ['{{due date}}, {{größe_2}}', ['due date', 'größe_2']],
    ['{a} {{}} {{ }} {{a.b}} {{a\nb}} {{', []],
    ['{{{a}}}', ['a']],
    [`{{${'x'.repeat(41)}}}`, []],
  ])('%j', (text, names) => {
    expect(variablesOf(text)).toEqual(names)
  })
})

describe('filledIn', () => {
  it('puts values in as they are, however they look', () => {
    expect(filledIn('{{a}}-{{ b }}-{{c}}', { a: '{{b}}', b: '$& $1' })).toBe('{{b}}-$& $1-{{c}}')
  })

  it('takes no value from what every object has', () => {
    expect(filledIn('{{constructor}}', {})).toBe('{{constructor}}')
  })

  const plain = fc.string().map((text) => text.replaceAll(/[{}]/g, ''))
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/)

  it('leaves the text around them alone and fills in every variable', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, name)), plain, fc.string(), (parts, end, value) => {
        const text = parts.map(([before, of]) => `${before}{{${of}}}`).join('') + end
        const values = Object.fromEntries(parts.map(([, of]) => [of, value]))
        expect(variablesOf(text)).toEqual([...new Set(parts.map(([, of]) => of))])
        expect(filledIn(text, values)).toBe(parts.map(([before]) => before + value).join('') + end)
      }),
    )
  })

  it('changes nothing without values, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', 'a', ' ', '-') }),
        (text) => filledIn(text, {}) === text,
      ),
    )
  })
})
