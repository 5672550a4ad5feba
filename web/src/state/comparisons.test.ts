import { expect, test } from 'vitest'
import { comparedWith, turnOf } from './comparisons'
import { applyEvent, fromSnapshot, type Thread } from './fold'
import { happened, message, SESSION, snapshot } from './scripts'
import { runningOf } from './thread-hooks'

const placed = (id: string, index: number, part = {}) =>
  message(id, {
    parentId: 'q',
    status: 'pending',
    metadata: { comparison: { group: 'g', index, of: 2 } },
    ...part,
  })
const question = message('q', { role: 'user', content: 'Who?' })

/** A thread in which a message was just put to two models. */
function asked(): Thread {
  const before = fromSnapshot(SESSION, snapshot([]))
  return [question, placed('a', 0), placed('b', 1)]
    .map((made, index) => happened.created(index + 1, made))
    .reduce(applyEvent, before)
}

test('they belong together, are one turn, and the first one is on the branch', () => {
  const thread = asked()
  expect(thread.rows).toEqual(['q', 'a'])
  expect(comparedWith(thread, 'a')).toEqual(['a', 'b'])
  expect(comparedWith(thread, 'b')).toEqual(['a', 'b'])
  expect(comparedWith(thread, 'q')).toEqual([])
  expect(runningOf(thread, null)).toEqual(['a', 'b'])
  const streaming = applyEvent(thread, happened.delta(4, 'b', 'I'))
  expect(runningOf(streaming, null), 'whichever speaks first').toEqual(['a', 'b'])
  const ended = applyEvent(streaming, happened.completed(5, placed('b', 1, { status: 'done', content: 'I' })))
  expect(runningOf(ended, null)).toEqual(['a'])
  expect(comparedWith(ended, 'a')).toEqual(['a', 'b'])
})

test('a later turn waits, alone or with those of its own comparison', () => {
  const next = message('n', { parentId: 'a', status: 'pending', createdAt: 2_000 })
  const thread = applyEvent(asked(), happened.created(4, next))
  expect(runningOf(thread, null)).toEqual(['a', 'b'])
  expect(turnOf(thread, 'n')).toEqual(['n'])
  expect(runningOf(thread, 'n'), 'sent now').toEqual(['n'])
})

test('another try stands in the place of the first, and what was deleted in none', () => {
  const failed = applyEvent(asked(), happened.completed(4, placed('b', 1, { status: 'error' })))
  const again = applyEvent(failed, happened.created(5, placed('c', 1)))
  expect(comparedWith(again, 'a')).toEqual(['a', 'c'])
  expect(comparedWith(again, 'c')).toEqual(['a', 'c'])
  const deleted = applyEvent(again, happened.updated(6, placed('c', 1, { deletedAt: 9, status: 'done' })))
  expect(comparedWith(deleted, 'a')).toEqual(['a', 'b'])
  const other = applyEvent(again, happened.created(6, message('d', { parentId: 'q' })))
  expect(comparedWith(other, 'd'), 'an answer of its own').toEqual([])
})

test('a reload brings the others along, and only the branch is on the branch', () => {
  const thread = fromSnapshot(
    SESSION,
    snapshot([question, placed('a', 0, { status: 'done' })], {
      compared: [placed('b', 1, { status: 'streaming', content: 'so far' })],
      branches: [{ parentId: 'q', messageIds: ['a', 'b'] }],
    }),
  )
  expect(thread.rows).toEqual(['q', 'a'])
  expect(comparedWith(thread, 'a')).toEqual(['a', 'b'])
  expect(thread.live.get('b')?.content).toBe('so far')
  expect(runningOf(thread, null)).toEqual(['b'])
})
