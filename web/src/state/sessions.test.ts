import { afterEach, expect, test, vi } from 'vitest'
import { api } from '../api/routes'
import { session } from './scripts'
import { noSessions } from './session-list'
import { ensureSession, learnSession, loadSessions, sessionStore } from './sessions'

const known = () => [...sessionStore.get().byId.keys()].sort()

afterEach(() => sessionStore.set(noSessions))

test('a list that is fetched anew leaves what its first page can not tell of', async () => {
  vi.spyOn(api, 'session').mockImplementation(async (id) => session({ id }))
  vi.spyOn(api, 'sessions').mockImplementation(async () => {
    // Heard of while the list is on its way.
    learnSession(session({ id: 'new', lastEventId: 10 }))
    return { items: [session({ id: 'listed', lastEventId: 8 })], nextCursor: null, lastEventId: 9 }
  })
  await ensureSession('shown')
  learnSession(session({ id: 'archived', archived: true }))
  learnSession(session({ id: 'deleted', deletedAt: 1 }))
  learnSession(session({ id: 'of a later page' }))
  learnSession(session({ id: 'listed', title: 'older', lastEventId: 2 }))
  expect(await loadSessions()).toBe(9)
  expect(known()).toEqual(['archived', 'deleted', 'listed', 'new', 'shown'])
  expect(sessionStore.get().byId.get('listed')?.title).toBe('A session')
})
