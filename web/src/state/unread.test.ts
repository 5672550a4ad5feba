import { expect, test } from 'vitest'
import { session } from './scripts'
import { isUnread, type Seen, withShown } from './unread'

const seen: Seen = { since: 100, sessions: { shown: ['m1', 150] } }

test.each([
  ['changed before the browser knew the list', { id: 'x', updatedAt: 100, activeLeafId: 'm' }, false],
  ['answered since', { id: 'x', updatedAt: 101, activeLeafId: 'm' }, true],
  ['being answered', { id: 'x', updatedAt: 101, activeLeafId: 'm', activity: 'running' }, false],
  ['ended badly', { id: 'x', updatedAt: 101, activeLeafId: 'm', activity: 'failed' }, true],
  ['without a message', { id: 'x', updatedAt: 101 }, false],
  ['shown to its end', { id: 'shown', updatedAt: 150, activeLeafId: 'm1' }, false],
  ['renamed after it was shown', { id: 'shown', updatedAt: 900, activeLeafId: 'm1' }, false],
  ['answered again', { id: 'shown', updatedAt: 900, activeLeafId: 'm2' }, true],
] as const)('%s: unread is %s', (_, part, unread) => {
  const { activeLeafId, ...others } = { activeLeafId: undefined, ...part }
  expect(isUnread(session({ ...others, ...(activeLeafId ? { activeLeafId } : {}) }), seen)).toBe(unread)
})

test('what was shown while it runs is not shown to its end', () => {
  const running = session({ id: 'x', activeLeafId: 'm', activity: 'running' })
  expect(withShown(seen, running)).toBe(seen)
  expect(withShown(seen, { ...running, activity: 'idle' }).sessions.x?.[0]).toBe('m')
})

test('few are kept, and what is forgotten stays read', () => {
  let kept: Seen = { since: 0, sessions: {} }
  const all = [1, 2, 3, 4].map((n) => session({ id: `s${n}`, updatedAt: n, activeLeafId: `m${n}` }))
  for (const one of all) kept = withShown(kept, one, 2)
  expect(Object.keys(kept.sessions)).toEqual(['s3', 's4'])
  expect(kept.since).toBe(2)
  expect(all.filter((one) => isUnread(one, kept))).toEqual([])
})
