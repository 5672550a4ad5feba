import { expect, it } from 'vitest'
import { filterOf, NO_CHOICE } from './choices'

it('asks for what was chosen and for nothing else', () => {
  expect(filterOf(NO_CHOICE, 's', 0)).toEqual({})
  expect(filterOf({ who: 'user', when: 'week', here: true, archived: true }, 's', 700_000_000)).toEqual({
    role: 'user',
    from: 700_000_000 - 604_800_000,
    session: 's',
    archived: true,
  })
  expect(filterOf({ ...NO_CHOICE, here: true }, null, 0), 'there is no session to be in').toEqual({})
})
