import { expect, it } from 'vitest'
import { answering, choiceOf, dollars, effective, keyOf, shortTokens } from './choice'

it('asks the chosen model, else the default', () => {
  const list = { defaultProviderId: 'work', defaultModelId: 'large' }
  expect(effective(list, {})).toEqual({ providerId: 'work', modelId: 'large' })
  expect(effective(list, { providerId: 'home', modelId: 'org/big' }).providerId).toBe('home')
})

it('says which model answers, and whether a persona says so', () => {
  const items = [
    { providerId: 'work', modelId: 'large' },
    { providerId: 'home', modelId: 'small' },
  ]
  const list = { items, defaultProviderId: 'work', defaultModelId: 'large' }
  const editor = { name: 'Editor', providerId: 'home', modelId: 'org/big' }
  const work = { providerId: 'work', modelId: 'large' }
  expect(answering(list, {}, editor)).toEqual({
    choice: { providerId: 'home', modelId: 'org/big' },
    persona: 'Editor',
  })
  expect(answering(list, work, editor)).toEqual({ choice: work })
  expect(answering(list, {}, { name: 'Tester' })).toEqual({ choice: work })
  expect(answering(list, {}, { name: 'A', providerId: 'home' }).choice.modelId).toBe('small')
  expect(answering(list, {}, { name: 'A', providerId: 'gone' })).toEqual({ choice: work })
})

it('a key leads back to its model, slashes and all', () => {
  const choice = { providerId: 'home', modelId: 'org/big' }
  expect(choiceOf(keyOf(choice))).toEqual(choice)
})

it.each([
  [900, '900'],
  [8_192, '8k'],
  [32_768, '32k'],
  [1_500, '1.5k'],
  [1_048_576, '1M'],
  [128_000, '128k'],
  [1_000_000, '1M'],
])('%i tokens read %s', (tokens, text) => {
  expect(shortTokens(tokens)).toBe(text)
})

it.each([
  [0, '$0'],
  [3, '$3'],
  [0.15, '$0.15'],
  [0.6, '$0.60'],
  [1.25, '$1.25'],
  [0.0375, '$0.0375'],
  [0.075, '$0.075'],
  [0.000123, '$0.00012'],
])('%d dollars read %s', (amount, text) => {
  expect(dollars(amount)).toBe(text)
})
