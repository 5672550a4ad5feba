import { expect, test } from 'vitest'
import type { Session } from '../api/types'
import { happened, session } from './scripts'
import {
  deletedSessions,
  firstPage,
  groupSessions,
  nextPage,
  noSessions,
  type Sessions,
  taken,
  withEvent,
  withPage,
  withSessions,
} from './session-list'

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

test('what is in a folder is in the list of all alone', () => {
  const list = withSessions(firstPage(page('a', 'b')), [session({ id: 'a', folder: 'Work', lastEventId: 5 })])
  expect(order(list)).toEqual(['b'])
  expect(list.listed.map((item) => item.id).sort()).toEqual(['a', 'b'])
})

test('put in one by one they stand as if sorted at once', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  let list = firstPage({ items: [], nextCursor: null, lastEventId: 0 })
  for (let round = 1; round <= 300; round += 1) {
    const items = Array.from({ length: 1 + random(4) }, () =>
      session({
        id: `s${random(40)}`,
        updatedAt: random(20),
        pinned: random(5) === 0,
        archived: random(6) === 0,
        lastEventId: round,
        ...(random(7) === 0 ? { deletedAt: 1 } : {}),
      }),
    )
    list = taken(list, items)
    const sorted = [...list.byId.values()]
      .filter((one) => !one.deletedAt && !one.archived)
      .sort(
        (a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1),
      )
    expect(list.listed).toEqual(sorted)
  }
})

test.each([
  ['renamed', { title: 'new' }, 0],
  ['moved', { folder: 'Work' }, 1],
  ['tagged', { tags: ['x'] }, 1],
  ['archived', { archived: true }, 1],
  ['deleted', { deletedAt: 5 }, 1],
] as const)('labels are counted anew after one was %s: %s', (_, part, filings) => {
  const filed = session({ id: 'a', folder: 'Home', lastEventId: 2 })
  const list = firstPage({ items: [filed], nextCursor: null, lastEventId: 9 })
  const after = withSessions(list, [
    session({ id: 'a', folder: 'Home', ...part, lastEventId: 50 } as Parameters<typeof session>[0]),
  ])
  expect(after.filings - list.filings).toBe(filings)
  expect(nextPage(list, page('a', 'b')).filings).toBe(list.filings)
})

test.each([
  ['the event', (list: Sessions, item: Session) => withPage(withSessions(list, [item]), [item])],
  ['a page', (list: Sessions, item: Session) => withSessions(withPage(list, [item]), [item])],
])('one filing counts once when %s comes first', (_, both) => {
  const list = withSessions(noSessions, [session({ id: 'a', folder: 'Home', lastEventId: 2 })])
  const after = both(list, session({ id: 'a', folder: 'Office', lastEventId: 50 }))
  expect(after.filings - list.filings).toBe(1)
})

test('a session that an event tells of first may have left a folder, one that a page tells of has not', () => {
  const list = firstPage(page('a'))
  expect(withSessions(list, [session({ id: 'b' })]).filings).toBe(1)
  expect(withPage(list, [session({ id: 'b', folder: 'Work' })]).filings).toBe(0)
})

test('deleted ones are listed by when, as long as they can be restored', () => {
  const day = 86_400_000
  const list = withSessions(
    firstPage(page('a')),
    [1, 3, 2, 40].map((days) =>
      session({ id: `d${days}`, deletedAt: 100 * day - days * day, lastEventId: 9 }),
    ),
  )
  expect(deletedSessions(list, 100 * day).map((one) => one.id)).toEqual(['d1', 'd2', 'd3'])
})
