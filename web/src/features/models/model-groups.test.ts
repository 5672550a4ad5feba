import { expect, it } from 'vitest'
import type { ModelEntry, ModelList } from '../../state'
import { choiceOf, effective, groupsOf, keyOf, shortTokens } from './model-groups'

const model = (providerId: string, modelId: string): ModelEntry => ({
  providerId,
  modelId,
  label: modelId,
  demo: false,
  contextWindow: null,
  favourite: false,
})

const list: ModelList = {
  items: [model('work', 'small'), model('home', 'org/big'), model('work', 'large')],
  nextCursor: null,
  defaultProviderId: 'work',
  defaultModelId: 'large',
  unavailable: [],
}

it('groups by provider in the order of the configuration', () => {
  expect(
    groupsOf(list).map((group) => [group.providerId, group.models.map((entry) => entry.modelId)]),
  ).toEqual([
    ['work', ['small', 'large']],
    ['home', ['org/big']],
  ])
})

it('asks the chosen model, else the default', () => {
  expect(effective(list, {})).toEqual({ providerId: 'work', modelId: 'large' })
  expect(effective(list, { providerId: 'home', modelId: 'org/big' }).providerId).toBe('home')
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
