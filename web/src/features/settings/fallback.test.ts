import { expect, it } from 'vitest'
import type { ModelEntry } from '../../state'
import { byProvider, candidates, modelKey, moved, parts, without } from './fallback'

const model = (providerId: string, modelId: string, demo = false): ModelEntry => ({
  providerId,
  modelId,
  label: modelId,
  demo,
  favourite: false,
})

it('moves one by a place, and not over the ends', () => {
  const list = ['a/1', 'b/2', 'c/3']
  expect(moved(list, 'b/2', 'up')).toEqual(['b/2', 'a/1', 'c/3'])
  expect(moved(list, 'b/2', 'down')).toEqual(['a/1', 'c/3', 'b/2'])
  expect(moved(list, 'a/1', 'up')).toBe(list)
  expect(moved(list, 'c/3', 'down')).toBe(list)
  expect(moved(list, 'gone/1', 'up')).toBe(list)
})

it('takes one out', () => {
  expect(without(['a/1', 'b/2'], 'a/1')).toEqual(['b/2'])
})

it('never offers the demo, and nothing twice', () => {
  const models = [model('a', '1'), model('a', '2'), model('demo', 'demo', true)]
  expect(candidates(models, ['a/1']).map(modelKey)).toEqual(['a/2'])
})

it('a key leads back to its model, slashes and all', () => {
  const choice = { providerId: 'home', modelId: 'org/big' }
  expect(parts(modelKey(choice))).toEqual(choice)
})

it('groups by provider in their order', () => {
  const groups = byProvider([model('b', '1'), model('a', '1'), model('b', '2')])
  expect(groups.map(({ providerId, models }) => [providerId, models.length])).toEqual([
    ['b', 2],
    ['a', 1],
  ])
})
