// The threads that are open or were lately: loads windows, folds events in, tells only those whose part changed.
//
// Always true: `store` changes only when something besides streamed text did; streamed text reaches `live` listeners of
// its own message alone; at most `KEPT` threads that nobody shows are kept.
// Elsewhere: what an event does to a thread (fold.ts), which events come at all (connection.ts).
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import type { Event } from '../api/types'
import {
  applyEvent,
  emptyThread,
  fromSnapshot,
  hasEarlier,
  type LiveText,
  type Thread,
  withEarlier,
  withWindow,
} from './fold'
import { Store } from './store'

/** Messages of the first window and of each earlier one. */
const FIRST_WINDOW = 100
const EARLIER_WINDOW = 100
const KEPT = 6

export interface ThreadStatus {
  readonly thread: Thread
  readonly status: 'loading' | 'ready' | 'missing' | 'error'
  readonly problem: ApiError | undefined
  readonly loadingEarlier: boolean
  /** The waiting answer that was last sent now from here: it runs next, although older ones wait. */
  readonly promoted: string | null
}

export class ThreadStore {
  readonly store: Store<ThreadStatus>
  private readonly liveListeners = new Map<string, Set<() => void>>()
  private thread: Thread
  private load: AbortController | undefined

  constructor(readonly sessionId: string) {
    this.thread = emptyThread(sessionId)
    this.store = new Store<ThreadStatus>({
      thread: this.thread,
      status: 'loading',
      problem: undefined,
      loadingEarlier: false,
      promoted: null,
    })
  }

  /** The thread with all text so far. */
  get current(): Thread {
    return this.thread
  }

  /** Fetches the end of the conversation anew; gives the position to follow from, `undefined` when it failed. */
  async reload(): Promise<number | undefined> {
    this.load?.abort()
    const load = new AbortController()
    this.load = load
    try {
      const snapshot = await api.chat(this.sessionId, { limit: FIRST_WINDOW }, load.signal)
      if (load.signal.aborted) return undefined
      this.become(fromSnapshot(this.sessionId, snapshot), { status: 'ready', problem: undefined })
      return snapshot.lastEventId
    } catch (error) {
      if (load.signal.aborted) return undefined
      this.failed(error)
      return undefined
    } finally {
      if (this.load === load) this.load = undefined
    }
  }

  /** Folds events in and tells who is concerned. */
  apply(events: readonly Event[]): void {
    // Before the snapshot there is nothing to fold into; the stream is followed again from the snapshot's position.
    if (this.store.get().status !== 'ready') return
    this.become(events.reduce(applyEvent, this.thread))
  }

  /**
   * Lays the window of a chosen branch over what is there, if its end is not loaded; gives the position to follow from,
   * `undefined` when nothing was laid.
   */
  async complete(): Promise<number | undefined> {
    if (!this.thread.incomplete || this.store.get().status !== 'ready') return undefined
    if (this.load && !this.load.signal.aborted) return undefined
    const load = new AbortController()
    this.load = load
    try {
      const snapshot = await api.chat(this.sessionId, { limit: FIRST_WINDOW }, load.signal)
      if (load.signal.aborted) return undefined
      this.become(withWindow(this.thread, snapshot))
      return this.thread.lastEventId
    } catch (error) {
      if (!load.signal.aborted) this.failed(error)
      return undefined
    } finally {
      if (this.load === load) this.load = undefined
    }
  }

  async loadEarlier(limit = EARLIER_WINDOW): Promise<void> {
    const { status, loadingEarlier } = this.store.get()
    const first = this.thread.rows[0]
    if (status !== 'ready' || loadingEarlier || first === undefined || !hasEarlier(this.thread)) return
    this.store.update((state) => ({ ...state, loadingEarlier: true }))
    try {
      const snapshot = await api.chat(this.sessionId, { limit, before: first })
      this.become(withEarlier(this.thread, snapshot), { loadingEarlier: false })
    } catch {
      this.store.update((state) => ({ ...state, loadingEarlier: false }))
    }
  }

  /** Loads all of the branch, unless it has more than so many messages. */
  async loadWhole(most: number): Promise<'whole' | 'too-long' | 'failed'> {
    while (hasEarlier(this.thread)) {
      if (this.thread.rows.length >= most) return 'too-long'
      const first = this.thread.rows[0]
      await this.loadEarlier()
      if (this.thread.rows[0] === first) return 'failed'
    }
    return this.thread.rows.length > most ? 'too-long' : 'whole'
  }

  promote(id: string): void {
    this.store.update((state) => ({ ...state, promoted: id }))
  }

  subscribeLive(id: string, listener: () => void): () => void {
    const listeners = this.liveListeners.get(id) ?? new Set()
    this.liveListeners.set(id, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.liveListeners.get(id) === listeners) this.liveListeners.delete(id)
    }
  }

  live(id: string): LiveText | undefined {
    return this.thread.live.get(id)
  }

  dispose(): void {
    this.load?.abort()
  }

  private failed(error: unknown): void {
    const problem = error instanceof ApiError ? error : ApiError.network()
    const state = this.store.get()
    const missing = problem.code === 'not_found'
    // A thread that is on screen stays on screen; the connection state says that it may be old.
    if (state.status === 'ready' && !missing) return
    this.store.set({ ...state, status: missing ? 'missing' : 'error', problem })
  }

  private become(thread: Thread, state: Partial<ThreadStatus> = {}): void {
    const before = this.thread
    this.thread = thread
    const told = this.store.get()
    const changed =
      Object.keys(state).length > 0 ||
      thread.messages !== before.messages ||
      thread.rows !== before.rows ||
      thread.branches !== before.branches ||
      thread.open !== before.open
    if (changed) this.store.set({ ...told, ...state, thread })
    if (thread.live === before.live) return
    for (const [id, listeners] of [...this.liveListeners]) {
      if (thread.live.get(id) === before.live.get(id)) continue
      for (const listener of [...listeners]) listener()
    }
  }
}

const threads = new Map<string, ThreadStore>()

/** Where no session is chosen. */
export const noThread = new ThreadStore('').store

/** The session's thread store; made on first use, the least lately used ones are let go. */
export function threadOf(sessionId: string): ThreadStore {
  const known = threads.get(sessionId)
  if (known) return known
  const made = new ThreadStore(sessionId)
  threads.set(sessionId, made)
  return made
}

/** Marks a thread as the one on screen and lets old ones go. */
export function touchThread(thread: ThreadStore): void {
  threads.delete(thread.sessionId)
  threads.set(thread.sessionId, thread)
  for (const [id, old] of threads) {
    if (threads.size <= KEPT) break
    old.dispose()
    threads.delete(id)
  }
}

export function forgetThreads(): void {
  for (const thread of threads.values()) thread.dispose()
  threads.clear()
}
