import { expect, it } from 'vitest'
import { type ModelFacts, rowsOf, step } from './rows'

const model = (key: string, part: Partial<ModelFacts> = {}): ModelFacts => {
  const [providerId = '', ...rest] = key.split('/')
  const modelId = rest.join('/')
  return { providerId, modelId, label: modelId, demo: false, favourite: false, ...part }
}
const text = (models: readonly ModelFacts[], wanted: Partial<Parameters<typeof rowsOf>[1]> = {}) =>
  rowsOf(models, { query: '', recent: [], ...wanted }).map((row) =>
    row.kind === 'model'
      ? row.id
      : `# ${row.group.kind === 'provider' ? row.group.providerId : row.group.kind}`,
  )

const few = [model('work/small'), model('home/org/big', { favourite: true }), model('work/large')]

it('groups by provider in the order of the configuration, favourites first', () => {
  expect(text(few)).toEqual(['# favourites', 'home/org/big', '# work', 'work/small', 'work/large'])
})

it('finds by label, id and provider, all words in any order', () => {
  const models = [model('work/gpt-4o-mini', { label: 'GPT 4o mini' }), model('home/llama')]
  expect(text(models, { query: 'MINI work' })).toEqual(['# work', 'work/gpt-4o-mini'])
  expect(text(models, { query: 'gpt 4o' })).toEqual(['# work', 'work/gpt-4o-mini'])
  expect(text(models, { query: 'home' })).toEqual(['# home', 'home/llama'])
  expect(text(models, { query: 'nothing' })).toEqual([])
})

it('puts those used lately before the others when there are many, each model once', () => {
  const many = Array.from({ length: 9 }, (_, index) => model(`p/m${index}`, { favourite: index === 3 }))
  const recent = ['p/m5', 'p/gone', 'p/m3', 'p/m1']
  expect(text(many, { recent }).slice(0, 6)).toEqual([
    '# favourites',
    'p/m3',
    '# recent',
    'p/m5',
    'p/m1',
    '# p',
  ])
  expect(text(many, { recent }).filter((row) => !row.startsWith('#'))).toHaveLength(9)
  expect(text(few, { recent: ['work/large'] })).not.toContain('# recent')
})

it('keeps to models that are known to read more', () => {
  const models = [
    model('p/a', { contextWindow: 8_000 }),
    model('p/b', { contextWindow: 32_000 }),
    model('p/c'),
  ]
  expect(text(models, { over: 8_000 })).toEqual(['# p', 'p/b'])
})

it('steps over groups and stays within the list', () => {
  const rows = rowsOf(few, { query: '', recent: [] })
  expect(step(rows, -1, 1)).toBe(1)
  expect(step(rows, 1, 1)).toBe(3)
  expect(step(rows, 3, -1)).toBe(1)
  expect(step(rows, 1, -10)).toBe(1)
  expect(step(rows, 1, 100)).toBe(4)
  expect(step([], 0, 1)).toBe(-1)
})
