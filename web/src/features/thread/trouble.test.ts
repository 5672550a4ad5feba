import { describe, expect, it } from 'vitest'
import { enThread } from '../../i18n/en-thread'
import { finishOf, isOtherModel, remediesFor, routeState, troubleOf } from './trouble'

const asked = { providerId: 'work', modelId: 'org/large' }
const limited = { ...asked, code: 'provider_rate_limited', reason: 'Slow down.', durationMs: 12 }

describe('the way to an answer', () => {
  it('is no matter while nothing went wrong', () => {
    expect(routeState({ asked }, 0)).toBeUndefined()
    expect(routeState(undefined, 0)).toBeUndefined()
  })

  it('waits, then calls again', () => {
    const routing = { asked, attempts: [limited], next: { ...asked, at: 5_000 } }
    expect(routeState(routing, 1_000)).toEqual({
      kind: 'waiting',
      trouble: 'provider_rate_limited',
      model: 'work · org/large',
      other: false,
      at: 5_000,
      attempt: 2,
    })
    expect(routeState(routing, 5_000)).toMatchObject({ kind: 'calling', other: false, attempt: 2 })
  })

  it('names the stand-in that is called, and why the one before it is not', () => {
    const next = { providerId: 'home', modelId: 'tiny', at: 0 }
    const passed = { providerId: 'home', modelId: 'small', code: 'model_no_images', reason: 'It is blind.' }
    expect(routeState({ asked, attempts: [limited, limited, passed], next }, 0)).toEqual({
      kind: 'calling',
      trouble: 'provider_rate_limited',
      other: true,
      model: 'home · tiny',
      attempt: 3,
    })
    expect(routeState({ asked, attempts: [passed], next }, 0)).toMatchObject({
      trouble: 'model_no_images',
      attempt: 1,
    })
  })
})

it('every trouble has words, and at least one step that goes on', () => {
  for (const code of Object.keys(enThread.trouble)) {
    expect(troubleOf(code)).toBe(code)
    expect(remediesFor(code, false)).toContain('retry')
  }
  expect(troubleOf('from_the_future')).toBe('unknown')
})

it('fits the steps to the trouble', () => {
  expect(remediesFor('provider_auth', false)[0]).toBe('checkKey')
  expect(remediesFor('provider_context_length', false)[0]).toBe('largerModel')
  expect(remediesFor('provider_truncated', true)[0]).toBe('continue')
  expect(remediesFor('provider_server', false)).not.toContain('checkKey')
})

it.each([
  ['gpt-4o', 'gpt-4o-2024-08-06', false],
  ['llama3', 'llama3:latest', false],
  ['claude-x-latest', 'claude-x-20250514', false],
  ['openai/gpt-4o', 'gpt-4o', false],
  ['openrouter/auto', 'anthropic/claude-x', true],
  ['large', 'small', true],
])('%s answered by %s: another model is %s', (wanted, served, other) => {
  expect(isOtherModel(wanted, served)).toBe(other)
})

it.each([
  ['stop', 'done'],
  ['end_turn', 'done'],
  ['MAX_TOKENS', 'length'],
  ['length', 'length'],
  ['content_filter', 'filter'],
  ['tool_calls', 'other'],
])('%s means %s', (reason, meaning) => {
  expect(finishOf(reason)).toBe(meaning)
})
