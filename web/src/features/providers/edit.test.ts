import { expect, it } from 'vitest'
import type { ProviderView } from '../../state'
import { asChange, editOf, movesAway } from './edit'

const work: ProviderView = {
  id: 'work',
  kind: 'openai-compatible',
  baseUrl: 'http://10.0.0.5:8000/v1',
  models: ['small', 'large'],
  source: 'app',
  locked: false,
  key: { present: true, source: 'app' },
}
const own: ProviderView = { ...work, kind: 'openai', models: [], name: 'Ours' }
delete (own as { baseUrl?: string }).baseUrl

it('sends only what was changed', () => {
  const edit = editOf(work)
  expect(asChange(work, edit)).toEqual({})
  expect(asChange(work, { ...edit, name: ' The box ' })).toEqual({ name: 'The box' })
  expect(asChange(work, { ...edit, models: ' large\n\nsmall\nlarge ' })).toEqual({
    models: ['large', 'small'],
  })
  expect(asChange(work, { ...edit, models: ' \n' })).toEqual({ models: null })
  expect(asChange(own, { ...editOf(own), name: '' })).toEqual({ name: null })
})

it('knows when the key does not go along', () => {
  const edit = editOf(work)
  expect(movesAway(work, edit)).toBe(false)
  expect(movesAway(work, { ...edit, address: ` ${work.baseUrl} ` })).toBe(false)
  const elsewhere = { ...edit, address: 'https://other.example/v1' }
  expect(movesAway(work, elsewhere)).toBe(true)
  expect(asChange(work, elsewhere)).toEqual({ baseUrl: 'https://other.example/v1' })
  expect(asChange(work, { ...edit, address: ' ' })).toEqual({ baseUrl: null })
  expect(movesAway(own, editOf(own))).toBe(false)
})
