import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatMessage, Event } from '../api/types'
import {
  applyEvent,
  emptyThread,
  fromSnapshot,
  hasEarlier,
  type Thread,
  withEarlier,
  withWindow,
} from './fold'
import { happened, message, SESSION, snapshot } from './scripts'

const fold = (thread: Thread, events: readonly Event[]) => events.reduce(applyEvent, thread)

/** What a reader sees: every row with its text so far. */
function seen(thread: Thread) {
  return thread.rows.map((id) => {
    const row = thread.messages.get(id)
    const live = thread.live.get(id)
    return {
      id,
      status: row?.status,
      content: live?.content ?? row?.content,
      reasoning: live?.reasoning ?? row?.reasoning ?? '',
    }
  })
}

function answered(text: string): Event[] {
  const user = message('u1', { role: 'user', content: 'hi' })
  const answer = message('a1', { parentId: 'u1', status: 'pending' })
  return [
    happened.created(1, user),
    happened.created(2, answer),
    happened.leaf(3, 'a1'),
    happened.delta(4, 'a1', 'hm', 'reasoning'),
    ...[...text].map((letter, index) => happened.delta(5 + index, 'a1', letter)),
  ]
}

describe('an answer', () => {
  test('grows with its deltas and is streaming from the first one', () => {
    const thread = fold(emptyThread(SESSION), answered('yes'))
    expect(seen(thread)).toEqual([
      { id: 'u1', status: 'done', content: 'hi', reasoning: '' },
      { id: 'a1', status: 'streaming', content: 'yes', reasoning: 'hm' },
    ])
    expect(thread.open).toEqual(['a1'])
  })

  test('leaves the stored messages alone while it streams', () => {
    const thread = fold(emptyThread(SESSION), answered('y'))
    const next = applyEvent(thread, happened.delta(50, 'a1', 'es'))
    expect(next.messages).toBe(thread.messages)
    expect(next.rows).toBe(thread.rows)
  })

  test('ends as the server says, whatever was streamed', () => {
    const end = message('a1', { parentId: 'u1', content: 'Yes.', status: 'canceled' })
    const thread = fold(emptyThread(SESSION), [...answered('ye'), happened.completed(90, end)])
    expect(seen(thread)[1]).toEqual({ id: 'a1', status: 'canceled', content: 'Yes.', reasoning: '' })
    expect(thread.open).toEqual([])
    expect(thread.live.size).toBe(0)
  })

  test('goes on after continue where its text ended', () => {
    const end = message('a1', { parentId: 'u1', content: 'one', status: 'error' })
    const thread = fold(emptyThread(SESSION), [
      ...answered(''),
      happened.completed(90, end),
      happened.updated(91, { ...end, status: 'streaming' }),
      happened.delta(92, 'a1', ' two'),
    ])
    expect(seen(thread)[1]?.content).toBe('one two')
  })

  test('takes no delta once it has ended, nor one of a message that is not here', () => {
    const end = message('a1', { parentId: 'u1', content: 'done' })
    const thread = fold(emptyThread(SESSION), [...answered('x'), happened.completed(90, end)])
    const late = fold(thread, [happened.delta(91, 'a1', '!'), happened.delta(92, 'elsewhere', '!')])
    expect(seen(late)).toEqual(seen(thread))
  })
})

describe('a snapshot', () => {
  const streaming = message('a1', { parentId: 'u1', content: 'so f', status: 'streaming' })
  const first = snapshot([message('u1', { role: 'user' }), streaming], { lastEventId: 20 })

  test('and the events after it make one text', () => {
    const thread = fold(fromSnapshot(SESSION, first), [
      happened.delta(19, 'a1', 'NOT AGAIN'),
      happened.delta(21, 'a1', 'ar'),
    ])
    expect(seen(thread)[1]?.content).toBe('so far')
  })

  test('of an earlier window goes before, and is not appended to twice', () => {
    const middle = message('m', { parentId: 'first', content: 'abc', status: 'streaming' })
    const thread = fromSnapshot(
      SESSION,
      snapshot([message('u1', { role: 'user', parentId: 'm' })], { lastEventId: 20, hasMore: true }),
    )
    expect(hasEarlier(thread)).toBe(true)
    const window = snapshot([message('first', { role: 'user' }), middle], {
      lastEventId: 25,
      activeLeafId: 'u1',
    })
    const whole = fold(withEarlier(thread, window), [
      happened.delta(24, 'm', 'c'),
      happened.delta(26, 'm', 'd'),
    ])
    expect(seen(whole).map((row) => [row.id, row.content])).toEqual([
      ['first', ''],
      ['m', 'abcd'],
      ['u1', ''],
    ])
    expect(hasEarlier(whole)).toBe(false)
  })
})

describe('branches', () => {
  const root = message('u1', { role: 'user' })
  const one = message('a1', { parentId: 'u1', content: 'one' })
  const two = message('a2', { parentId: 'u1', content: 'two', createdAt: 2_000 })

  test('appear when a sibling is made, and show when the session says so', () => {
    const thread = fromSnapshot(SESSION, snapshot([root, one], { lastEventId: 5 }))
    const made = applyEvent(thread, happened.created(6, two))
    expect(made.branches.get('u1')).toEqual(['a1', 'a2'])
    expect(made.rows).toEqual(['u1', 'a1'])
    expect(applyEvent(made, happened.leaf(7, 'a2')).rows).toEqual(['u1', 'a2'])
  })

  test('that are not loaded are asked for, then laid over', () => {
    const thread = fromSnapshot(
      SESSION,
      snapshot([root, one], { lastEventId: 5, branches: [{ parentId: 'u1', messageIds: ['a1', 'a2'] }] }),
    )
    const gone = applyEvent(thread, happened.leaf(6, 'a2'))
    expect(gone.incomplete).toBe(true)
    const back = withWindow(gone, snapshot([root, two], { lastEventId: 6 }))
    expect([back.incomplete, back.rows]).toEqual([false, ['u1', 'a2']])
  })

  test('take nothing back that the thread knew already', () => {
    const streaming = message('a2', { parentId: 'u1', content: 'tw', status: 'streaming' })
    const branches = [{ parentId: 'u1', messageIds: ['a1', 'a2'] }]
    const late = snapshot([root, streaming], { lastEventId: 6, branches })
    const third = message('a3', { parentId: 'u1' })
    const since = [happened.completed(8, two), happened.created(9, third)]
    const thread = fold(fromSnapshot(SESSION, snapshot([root, one], { lastEventId: 5 })), [
      happened.leaf(6, 'a2'),
      ...since,
    ])
    const back = withWindow(thread, late)
    expect(seen(back)[1]).toMatchObject({ status: 'done', content: 'two' })
    expect(fold(back, since).branches.get('u1')).toEqual(['a1', 'a2', 'a3'])
  })
})

test('other sessions move only the position', () => {
  const thread = fold(emptyThread(SESSION), answered('x'))
  const other = applyEvent(thread, { ...happened.leaf(70, 'zzz'), sessionId: 'another' } as Event)
  expect(other.lastEventId).toBe(70)
  expect(seen(other)).toEqual(seen(thread))
})

test('an event type of a newer server changes nothing', () => {
  const thread = fold(emptyThread(SESSION), answered('x'))
  const newer = applyEvent(thread, {
    ...happened.leaf(70, 'zzz'),
    type: 'message.sparkled',
  } as unknown as Event)
  expect(seen(newer)).toEqual(seen(thread))
})

/** A history of turns with regenerations, edits and deletions, as a valid log. */
const histories = fc
  .array(fc.record({ kind: fc.integer({ min: 0, max: 9 }), pick: fc.nat(), text: fc.string() }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    const events: Event[] = []
    const messages = new Map<string, ChatMessage>()
    let leaf: string | undefined
    let open: string | undefined
    let id = 0
    const put = (made: ChatMessage) => {
      messages.set(made.id, made)
      return made
    }
    for (const { kind, pick, text } of steps) {
      id += 1 + (pick % 3)
      const all = [...messages.values()]
      const picked = all[pick % Math.max(1, all.length)]
      const answering = open === undefined ? undefined : messages.get(open)
      if (kind <= 1 && !answering) {
        const user = message(`m${id}`, {
          role: 'user',
          content: text,
          createdAt: id,
          ...(leaf ? { parentId: leaf } : {}),
        })
        events.push(happened.created(id, put(user)))
        id += 1
        const answer = message(`m${id}`, { parentId: user.id, status: 'pending', createdAt: id })
        events.push(happened.created(id, put(answer)))
        id += 1
        leaf = answer.id
        open = answer.id
        events.push(happened.leaf(id, leaf))
      } else if (kind <= 5 && answering) {
        put({ ...answering, status: 'streaming', content: answering.content + text })
        events.push(happened.delta(id, answering.id, text, 'text'))
      } else if (kind === 6 && answering) {
        events.push(happened.completed(id, put({ ...answering, status: 'done' })))
        open = undefined
      } else if (kind === 7 && picked && picked.id !== open) {
        events.push(happened.updated(id, put({ ...picked, content: text, revision: picked.revision + 1 })))
      } else if (kind === 8 && picked?.role === 'assistant' && !answering) {
        const sibling = message(`m${id}`, {
          status: 'pending',
          createdAt: id,
          ...(picked.parentId ? { parentId: picked.parentId } : {}),
        })
        events.push(happened.created(id, put(sibling)))
        id += 1
        leaf = sibling.id
        open = sibling.id
        events.push(happened.leaf(id, leaf))
      } else if (kind === 9 && picked) {
        leaf = picked.id
        events.push(happened.leaf(id, leaf))
      }
    }
    return events
  })

test('cut anywhere and replayed from anywhere before, the thread is what the log says so far', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.tuple(fc.nat(), fc.nat())), (events, cuts) => {
      let thread = emptyThread(SESSION)
      let reached = 0
      for (const [at, back] of [...cuts, [events.length, 3] as const]) {
        const end = at % (events.length + 1)
        const start = Math.max(0, Math.min(reached, end) - (back % 7))
        thread = fold(thread, events.slice(start, end))
        reached = Math.max(reached, end)
        expect(thread).toEqual(fold(emptyThread(SESSION), events.slice(0, reached)))
      }
    }),
    { numRuns: 200 },
  )
})

/** The active branch as the server gives it after these events. */
function snapshotAfter(events: readonly Event[]) {
  const thread = fold(emptyThread(SESSION), events)
  const messages = thread.rows.flatMap((id) => {
    const row = thread.messages.get(id)
    return row ? [{ ...row, ...thread.live.get(id), upTo: undefined }] : []
  })
  const branches = [...thread.branches].map(([parentId, messageIds]) => ({
    ...(parentId ? { parentId } : {}),
    messageIds: [...messageIds],
  }))
  return snapshot(messages, { activeLeafId: thread.leaf, lastEventId: thread.lastEventId, branches })
}

test('a window of any time laid over a thread of any time, the events from the older on make one thread', () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.nat(), fc.nat(), (events, first, second, third) => {
      const cut = (at: number) => at % (events.length + 1)
      const [loaded = 0, earlier = 0, later = 0] = [cut(first), cut(second), cut(third)].sort((a, b) => a - b)
      for (const [known, window] of [
        [earlier, later],
        [later, earlier],
      ] as const) {
        const start = fromSnapshot(SESSION, snapshotAfter(events.slice(0, loaded)))
        const thread = fold(start, events.slice(loaded, known))
        const laid = withWindow(thread, snapshotAfter(events.slice(0, window)))
        const end = fold(laid, events.slice(earlier))
        const rows = seen(fold(emptyThread(SESSION), events))
        // A branch that is chosen after the window may be here in part, or not at all.
        expect(seen(end)).toEqual(end.rows.length === 0 ? [] : rows.slice(-end.rows.length))
      }
    }),
    { numRuns: 300 },
  )
})

test('an event that was applied already changes nothing at all', () => {
  const events = answered('yes')
  const thread = fold(emptyThread(SESSION), events)
  for (const event of events) expect(applyEvent(thread, event)).toBe(thread)
})
