// Searching over everything: one search at a time, asked for as the person types.
//
// Always true: what is shown belongs to the newest search that was answered; an answer to an older one is dropped; what
// was found stays until something else is, so nothing flickers while one types.
import { useEffect, useState } from 'react'
import { api, type SearchRequest } from '../api/routes'
import type { SearchItem, SearchResults } from '../api/types'
import { Store, useStore } from './store'

/** After the last key. */
const TYPED_MS = 120
/** While the server says that it has not searched everything yet. */
const AGAIN_MS = 500
const PAGE = 20

export type SearchFilter = Omit<SearchRequest, 'q' | 'limit' | 'cursor'>

export interface SearchState {
  /** `searching` with items: those of the search before. */
  status: 'idle' | 'searching' | 'ready' | 'error'
  items: readonly SearchItem[]
  nextCursor: string | null
  /** Not everything is searched yet. */
  incomplete: boolean
}

const IDLE: SearchState = { status: 'idle', items: [], nextCursor: null, incomplete: false }

type Ask = (query: SearchRequest, signal: AbortSignal) => Promise<SearchResults>

export class Searcher {
  readonly store = new Store<SearchState>(IDLE)
  private query: SearchRequest | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private asking: AbortController | undefined

  constructor(private readonly ask: Ask = api.search) {}

  /** Searches once the typing pauses; blank text ends the search. */
  search(text: string, filter: SearchFilter = {}): void {
    this.stop()
    if (text.trim() === '') {
      this.query = undefined
      this.store.set(IDLE)
      return
    }
    this.query = { q: text, limit: PAGE, ...filter }
    this.store.update((state) => ({ ...state, status: 'searching' }))
    this.timer = setTimeout(() => void this.run(), TYPED_MS)
  }

  /** Asks again after a failure. */
  retry(): void {
    if (!this.query) return
    this.stop()
    this.store.update((state) => ({ ...state, status: 'searching' }))
    void this.run()
  }

  async more(): Promise<void> {
    const { status, nextCursor } = this.store.get()
    if (status !== 'ready' || nextCursor === null || !this.query || this.asking) return
    const page = await this.asked({ ...this.query, cursor: nextCursor })
    if (!page) return
    this.store.update((state) => ({
      ...state,
      items: [...state.items, ...page.items],
      nextCursor: page.nextCursor ?? null,
    }))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.asking = undefined
  }

  private async run(): Promise<void> {
    if (!this.query) return
    const page = await this.asked(this.query)
    if (!page) return
    const { items, nextCursor, incomplete } = page
    this.store.set({ status: 'ready', items, nextCursor: nextCursor ?? null, incomplete })
    if (incomplete) this.timer = setTimeout(() => void this.run(), AGAIN_MS)
  }

  private async asked(query: SearchRequest): Promise<SearchResults | undefined> {
    const asking = new AbortController()
    this.asking = asking
    try {
      const page = await this.ask(query, asking.signal)
      return asking.signal.aborted ? undefined : page
    } catch {
      if (!asking.signal.aborted) this.store.update((state) => ({ ...state, status: 'error' }))
      return undefined
    } finally {
      if (this.asking === asking) this.asking = undefined
    }
  }
}

export interface SearchView extends SearchState {
  more(): void
  retry(): void
}

/** What is found for a text. `filter` must keep its identity while it is the same. */
export function useSearch(text: string, filter: SearchFilter): SearchView {
  const [searcher] = useState(() => new Searcher())
  const state = useStore(searcher.store)
  useEffect(() => searcher.search(text, filter), [searcher, text, filter])
  useEffect(() => () => searcher.stop(), [searcher])
  return { ...state, more: () => void searcher.more(), retry: () => searcher.retry() }
}
