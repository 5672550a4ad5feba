import { expect, it } from 'vitest'
import type { CallRecord } from '../../state'
import { callLines } from './calls'

const record = (model: string, part: Partial<CallRecord>): CallRecord => ({
  at: 0,
  sessionId: 's',
  purpose: 'chat',
  askedProviderId: 'work',
  askedModelId: 'large',
  providerId: 'work',
  modelId: model,
  servedModelId: null,
  attempt: 1,
  code: null,
  connectMs: null,
  ttfbMs: null,
  ttftMs: null,
  totalMs: 5,
  inputTokens: null,
  outputTokens: null,
  cachedInputTokens: null,
  reasoningTokens: null,
  costUsd: null,
  ...part,
})

const called = (model: string, part: object = {}) => ({
  providerId: 'work',
  modelId: model,
  durationMs: 9,
  ...part,
})

it('puts what was measured to what was decided', () => {
  const attempts = [
    called('large', { code: 'provider_server', reason: 'It failed.', requestId: 'r1' }),
    { providerId: 'work', modelId: 'small', code: 'model_no_images', reason: 'It is blind.' },
    called('other', { requestId: 'r2' }),
  ]
  const records = [
    record('large', { code: 'provider_server', connectMs: 3, totalMs: 10 }),
    record('other', { connectMs: 4, ttfbMs: 6, ttftMs: 8, totalMs: 20 }),
    record('large', { purpose: 'title', totalMs: 7 }),
  ]
  const lines = callLines(attempts, records)
  expect(lines.map(({ modelId, connectMs, totalMs }) => [modelId, connectMs, totalMs])).toEqual([
    ['large', 3, 10],
    ['small', undefined, undefined],
    ['other', 4, 20],
    ['large', undefined, 7],
  ])
  expect(lines.map(({ passedOver, forTitle }) => [passedOver, forTitle])).toEqual([
    [false, false],
    [true, false],
    [false, false],
    [false, true],
  ])
  expect(lines[0]).toMatchObject({ reason: 'It failed.', requestId: 'r1', code: 'provider_server' })
  expect(lines[2]).toMatchObject({ firstByteMs: 6, firstTokenMs: 8, requestId: 'r2', code: undefined })
})

it('shows each kind alone, as far as it goes', () => {
  expect(callLines([called('large')], [])).toMatchObject([
    { modelId: 'large', totalMs: 9, connectMs: undefined },
  ])
  expect(callLines([], [record('large', { code: 'provider_auth' })])).toMatchObject([
    { code: 'provider_auth' },
  ])
  // A ledger that is another's order is not taken for this one's.
  const lines = callLines([called('large')], [record('other', {})])
  expect(lines.map(({ modelId }) => modelId)).toEqual(['large', 'other'])
})
