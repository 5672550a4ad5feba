import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SearchRequest } from '../api/routes'
import type { SearchItem, SearchResults } from '../api/types'
import { Searcher } from './search'

function hit(sessionId: string): SearchItem {
  return {
    kind: 'title',
    sessionId,
    sessionTitle: sessionId,
    archived: false,
    createdAt: 1,
    snippet: { text: sessionId, hits: [[0, 1]] },
    onActiveBranch: true,
  }
}

function page(ids: string[], rest: Partial<SearchResults> = {}): SearchResults {
  return { items: ids.map(hit), nextCursor: null, incomplete: false, ...rest }
}

/** A server that answers when it is told to. */
function scripted() {
  const asked: { query: SearchRequest; answer(page: SearchResults): void; fail(): void }[] = []
  const searcher = new Searcher(
    (query) =>
      new Promise((answer, fail) => {
        asked.push({ query, answer, fail: () => fail(new Error('down')) })
      }),
  )
  const shown = () => searcher.store.get().items.map((item) => item.sessionId)
  return { asked, searcher, shown }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('asks once the typing pauses, and drops the answer to an older search', async () => {
  const { asked, searcher, shown } = scripted()
  for (const text of ['f', 'fo', 'fox']) searcher.search(text)
  expect(asked).toHaveLength(0)
  await vi.runAllTimersAsync()
  expect(asked.map(({ query }) => query.q)).toEqual(['fox'])

  searcher.search('foxes')
  await vi.runAllTimersAsync()
  asked[1]?.answer(page(['new']))
  await vi.runAllTimersAsync()
  asked[0]?.answer(page(['old']))
  await vi.runAllTimersAsync()
  expect(shown()).toEqual(['new'])
})

it('keeps what was found until something else is, and nothing for blank text', async () => {
  const { asked, searcher, shown } = scripted()
  searcher.search('one', { role: 'user' })
  await vi.runAllTimersAsync()
  expect(asked[0]?.query).toMatchObject({ q: 'one', role: 'user' })
  asked[0]?.answer(page(['a']))
  await vi.runAllTimersAsync()
  searcher.search('two')
  expect([searcher.store.get().status, shown()]).toEqual(['searching', ['a']])
  searcher.search('  ')
  expect([searcher.store.get().status, shown()]).toEqual(['idle', []])
  await vi.runAllTimersAsync()
  expect(asked).toHaveLength(1)
})

it('says that it failed, tries again when told, and goes on page by page', async () => {
  const { asked, searcher, shown } = scripted()
  searcher.search('one')
  await vi.runAllTimersAsync()
  asked[0]?.fail()
  await vi.runAllTimersAsync()
  expect(searcher.store.get().status).toBe('error')
  searcher.retry()
  asked[1]?.answer(page(['a'], { nextCursor: 'next' }))
  await vi.runAllTimersAsync()
  void searcher.more()
  void searcher.more()
  expect(asked).toHaveLength(3)
  expect(asked[2]?.query.cursor).toBe('next')
  asked[2]?.answer(page(['b']))
  await vi.runAllTimersAsync()
  expect([shown(), searcher.store.get().nextCursor]).toEqual([['a', 'b'], null])
})

it('asks again while not everything is searched', async () => {
  const { asked, searcher, shown } = scripted()
  searcher.search('one')
  await vi.runAllTimersAsync()
  asked[0]?.answer(page([], { incomplete: true }))
  await vi.runAllTimersAsync()
  expect(asked).toHaveLength(2)
  asked[1]?.answer(page(['a']))
  await vi.runAllTimersAsync()
  expect([shown(), asked.length]).toEqual([['a'], 2])
})
