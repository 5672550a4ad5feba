import { expect, test } from 'vitest'
import { happened, session } from './scripts'
import { firstPage, groupSessions, nextPage, withEvent, withSessions } from './session-list'

const page = (...ids: string[]) => ({
  items: ids.map((id, index) => session({ id, updatedAt: 1_000 - index })),
  nextCursor: null,
  lastEventId: 9,
})
const order = (sessions: ReturnType<typeof firstPage>) => sessions.order.map((item) => item.id)

test('pinned ones come first, then the newest; archived and deleted ones are left out', () => {
  let list = firstPage(page('a', 'b', 'c', 'd'))
  list = withSessions(list, [
    session({ id: 'c', pinned: true, lastEventId: 5 }),
    session({ id: 'b', archived: true, lastEventId: 5 }),
    session({ id: 'a', deletedAt: 1, lastEventId: 5 }),
  ])
  expect(order(list)).toEqual(['c', 'd'])
  expect(list.byId.get('a')?.deletedAt).toBe(1)
})

test('what is older than what is known changes nothing', () => {
  const list = withSessions(firstPage(page('a')), [session({ id: 'a', title: 'new', lastEventId: 8 })])
  expect(withSessions(list, [session({ id: 'a', title: 'old', lastEventId: 7 })])).toBe(list)
  expect(nextPage(list, page('a', 'b')).byId.get('a')?.title).toBe('new')
})

test('an event brings in a session that no page held', () => {
  const list = withEvent(firstPage(page('a')), happened.leaf(40, 'm'))
  expect(order(list)).toContain('s1')
})

test('groups follow the calendar', () => {
  const now = new Date(2026, 4, 20, 9).getTime()
  const at = (day: number, hour: number) => new Date(2026, 4, day, hour).getTime()
  const items = [
    session({ id: 'p', pinned: true, updatedAt: at(1, 9) }),
    session({ id: 't', updatedAt: at(20, 0) }),
    session({ id: 'y', updatedAt: at(19, 23) }),
    session({ id: 'w', updatedAt: at(15, 12) }),
    session({ id: 'o', updatedAt: new Date(2025, 1, 1).getTime() }),
  ]
  expect(
    groupSessions(items, now).map((group) => [group.key, ...group.items.map((item) => item.id)]),
  ).toEqual([
    ['pinned', 'p'],
    ['today', 't'],
    ['yesterday', 'y'],
    ['week', 'w'],
    ['older', 'o'],
  ])
})
