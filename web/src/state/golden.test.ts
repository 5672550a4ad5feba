// The golden events that the contract crate's tests hold too: the page knows each of them by name and folds it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Event } from '../api/types'
import { applyEvent, emptyThread } from './fold'
import { noSessions, withEvent } from './session-list'

/** Every event of the contract; the compiler refuses a list that is too short or too long. */
const NAMES: Record<Event['type'], true> = {
  'message.created': true,
  'message.delta': true,
  'message.updated': true,
  'message.completed': true,
  'message.error': true,
  'task.status': true,
  'task.plan': true,
  'task.step': true,
  'task.tool': true,
  'task.artifact': true,
  'approval.requested': true,
  'approval.resolved': true,
  'token.usage': true,
  'session.updated': true,
  'stream.reset': true,
}

const root = join(import.meta.dirname, '../../..')
const folders = ['crates/cowork-contract/tests/golden', 'fixtures/events'].map((folder) => join(root, folder))
const events = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
  .filter((file) => file.endsWith('.json'))
  .flatMap((file): Event[] => [JSON.parse(readFileSync(file, 'utf8'))].flat())
  .filter((event) => typeof event.type === 'string' && event.type in NAMES)

describe.runIf(events.length > 0)('golden events', () => {
  test('there is one of each', () => {
    expect(new Set(events.map((event) => event.type))).toEqual(new Set(Object.keys(NAMES)))
  })

  test.each(events.map((event) => [event.type, event] as const))('%s is folded', (type, event) => {
    const thread = applyEvent(emptyThread(event.sessionId), event)
    if (type === 'stream.reset') return
    expect(thread.lastEventId).toBe(event.id)
    expect(applyEvent(thread, event)).toBe(thread)
    switch (event.type) {
      case 'message.created':
      case 'message.updated':
      case 'message.completed':
      case 'message.error':
        expect(thread.messages.get(event.message.id)).toEqual(event.message)
        break
      case 'session.updated':
        expect(withEvent(noSessions, event).byId.get(event.session.id)).toEqual(event.session)
        break
    }
  })
})
