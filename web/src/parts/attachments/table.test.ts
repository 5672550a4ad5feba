import { expect, it } from 'vitest'
import { endingOf, limitOf, lookOf, sizeOf } from './kinds'
import { parseTable } from './table'

it('separated values become rows, quotes hold what they hold', () => {
  const table: [text: string, rows: string[][]][] = [
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\r\n"1;\n2";3',
      [
        ['a', 'b'],
        ['1;\n2', '3'],
      ],
    ],
    ['a\tb', [['a', 'b']]],
    ['"say ""hi""",x\n\n', [['say "hi"', 'x']]],
    ['a,"open', [['a', 'open']]],
    ['', []],
  ]
  for (const [text, rows] of table) expect(parseTable(text, 'text/csv'), text).toEqual(rows)
  expect(parseTable('a,b\tc', 'text/tab-separated-values')).toEqual([['a,b', 'c']])
})

it('files are told apart by the type that the server told', () => {
  expect(lookOf('image/webp')).toBe('image')
  expect(lookOf('image/svg+xml'), 'never shown as a picture').toBe('code')
  expect(lookOf('text/html')).toBe('code')
  expect(lookOf('application/pdf')).toBe('document')
  expect(lookOf('application/zip')).toBe('none')
  expect(endingOf('report.final.pdf')).toBe('PDF')
  expect(endingOf('.env')).toBe('')
  expect([820, 12_345, 999_499, 999_501, 25 << 20].map(sizeOf)).toEqual([
    '820 B',
    '12 kB',
    '999 kB',
    '1.0 MB',
    '26 MB',
  ])
  expect(limitOf(25 << 20)).toBe('25 MB')
})
