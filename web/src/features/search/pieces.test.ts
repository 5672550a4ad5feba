import { expect, it } from 'vitest'
import { foundTexts, pieces } from './pieces'

it('cuts a snippet where its hits begin and end, in UTF-16', () => {
  const cut = (text: string, hits: [number, number][]) =>
    pieces({ text, hits }).map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
  expect(
    cut('a quick fox', [
      [2, 5],
      [8, 3],
    ]),
  ).toEqual(['a ', '[quick]', ' ', '[fox]'])
  expect(cut('👋 fox', [[3, 3]])).toEqual(['👋 ', '[fox]'])
  expect(cut('none', [])).toEqual(['none'])
  expect(cut('short', [[3, 40]])).toEqual(['sho', '[rt]'])
})

it('names what was found once', () => {
  expect(
    foundTexts({
      text: 'fox and fox',
      hits: [
        [0, 3],
        [8, 3],
      ],
    }),
  ).toEqual(['fox'])
})
