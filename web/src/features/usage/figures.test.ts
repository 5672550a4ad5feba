import { expect, it } from 'vitest'
import type { UsageSum } from '../../state'
import { costOf, ROWS_MAX, rowsOf, short, sinceDays, weightOf } from './figures'

const sum = (part: Partial<UsageSum>): UsageSum => ({
  key: 'x',
  calls: 1,
  failures: 0,
  retries: 0,
  fallbacks: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  unpricedCalls: 0,
  ttftP50Ms: null,
  ttftP95Ms: null,
  ...part,
})

it.each([
  [0, '0'],
  [9_999, (9_999).toLocaleString()],
  [12_345, '12.3k'],
  [250_400, '250k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [4_100_000, '4.1M'],
])('%d tokens are %s', (count, text) => {
  expect(short(count)).toBe(text)
})

it('tells what is known of a cost and what is not', () => {
  expect(costOf(sum({ outputTokens: 1 }))).toEqual({ text: '$0', more: false })
  expect(costOf(sum({})), 'nothing was reported').toBeUndefined()
  expect(costOf(sum({ unpricedCalls: 2 }))).toBeUndefined()
  expect(costOf(sum({ costUsd: 0.004 }))).toEqual({ text: '<$0.01', more: false })
  expect(costOf(sum({ costUsd: 1.239, unpricedCalls: 1 }))).toEqual({ text: '$1.24', more: true })
})

it('puts days newest first, everything else by tokens, and bounds both', () => {
  const days = ['2026-11-23', '2026-11-24', '2026-10-01'].map((key) => sum({ key }))
  expect(rowsOf(days, 'day').map(({ key }) => key)).toEqual(['2026-11-24', '2026-11-23', '2026-10-01'])
  const models = [
    sum({ key: 'a', outputTokens: 5 }),
    sum({ key: 'b', inputTokens: 7 }),
    sum({ key: 'c', calls: 9 }),
  ]
  expect(rowsOf(models, 'model').map(({ key }) => key)).toEqual(['b', 'a', 'c'])
  expect(
    rowsOf(
      Array.from({ length: 100 }, () => sum({})),
      'session',
    ),
  ).toHaveLength(ROWS_MAX)
})

it('weighs days by tokens, or by calls where no tokens are known', () => {
  const [few, many] = [sum({ calls: 1, inputTokens: 9 }), sum({ calls: 5 })]
  expect([few, many].map(weightOf([few, many]))).toEqual([9, 0])
  expect([sum({}), many].map(weightOf([sum({}), many]))).toEqual([1, 5])
})

it('counts whole days of UTC, today with them', () => {
  const now = Date.parse('2026-11-24T15:00:00Z')
  expect(new Date(sinceDays(7, now)).toISOString()).toBe('2026-11-18T00:00:00.000Z')
})
