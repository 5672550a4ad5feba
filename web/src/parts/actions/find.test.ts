import { expect, it } from 'vitest'
import { named, offered } from './find'

const ACTIONS = [
  { id: 'rename', name: 'Rename the session' },
  { id: 'newChat', name: 'New chat' },
  { id: 'exportSession', name: 'Export the session' },
  { id: 'library', name: 'Öffne die Übersicht' },
] as const

it.each([
  ['', ['rename', 'newChat', 'exportSession', 'library']],
  ['ses', ['rename', 'exportSession']],
  ['session ex', ['exportSession']],
  ['NEW', ['newChat']],
  ['ubers', ['library']],
  ['ession', []],
  ['.*(', ['rename', 'newChat', 'exportSession', 'library']],
])('%j finds %j', (typed, ids) => {
  expect(named(ACTIONS, typed).map(({ id }) => id)).toEqual(ids)
})

it('begins with what the name begins with', () => {
  const both = [
    { id: 'exportSession', name: 'Export the session' },
    { id: 'pin', name: 'Session to the top' },
  ] as const
  expect(named(both, 'session').map(({ id }) => id)).toEqual(['pin', 'exportSession'])
})

it('offers what is answered and not hidden', () => {
  const ids = offered(new Set(['newChat', 'stop', 'rename']), (id) => id).map(({ id }) => id)
  expect(ids).toEqual(['newChat', 'rename'])
})
