// Decides when this tab has an event stream and where its events go.
//
// Always true: a visible, signed-in tab has one connection, a hidden one none (after a short grace) unless it keeps vigil
// for the others; every event goes
// to the session list and to the thread that is followed, at most once a frame; a connection that starts anew begins
// at the older of the two positions, and both folds ignore what they know; the list is followed whatever becomes of
// the thread.
// Elsewhere: the connection itself (api/event-stream.ts).
import { EventStream } from '../api/event-stream'
import type { Event } from '../api/types'
import { FrameBatch } from './frame'
import { withEvent } from './session-list'
import { loadSessions, sessionStore } from './sessions'
import { Store, useStore } from './store'
import { type ThreadStore, touchThread } from './threads'
import { keepsVigil, startVigil } from './vigil'

/** A tab that is left for a moment keeps its connection. */
const HIDDEN_GRACE_MS = 5_000
/** After leaving a thread, in case another one is opened at once. */
const LEAVE_MS = 1_000
/** Between two tries to load the first view while the server is away. */
const RETRY_START_MS = 2_000
/** Between two resets in a row, so that a server that resets at once is not asked without pause. */
const RESET_PAUSE_MS = 1_000

export interface Connection {
  state: 'live' | 'connecting' | 'retrying' | 'offline' | 'hidden'
  /** With `retrying`: milliseconds from the moment of the change until the next try. */
  retryInMs: number | undefined
}

const connectionStore = new Store<Connection>({ state: 'connecting', retryInMs: undefined })
let running = false
let shown: ThreadStore | undefined
/** Components that show it. */
let viewers = 0
let graceTimer: ReturnType<typeof setTimeout> | undefined
let leaveTimer: ReturnType<typeof setTimeout> | undefined
let retryTimer: ReturnType<typeof setTimeout> | undefined
let resetAt = 0
let endVigil: () => void = () => {}

const batch = new FrameBatch<Event>((events) => {
  toList(events)
  // A stream of another session carries none of this one's events and must not move its position.
  if (!shown || stream.followed !== shown.sessionId) return
  shown.apply(events)
  void followLoaded(shown, shown.complete())
})

const stream = new EventStream({
  event: (event) => batch.add(event),
  state: (state, retryInMs) => {
    if (state === 'idle') return
    const offline = state === 'retrying' && !navigator.onLine
    connectionStore.set({ state: offline ? 'offline' : state, retryInMs })
  },
  reset: () => void startAgain(),
})

/** Begins with a token in hand. */
export async function startConnection(): Promise<void> {
  if (running) return
  running = true
  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', reconnectNow)
  endVigil = startVigil(onVisibility)
  await startAgain()
}

/** Ends with the token. */
export function stopConnection(): void {
  running = false
  endVigil()
  document.removeEventListener('visibilitychange', onVisibility)
  window.removeEventListener('online', reconnectNow)
  for (const timer of [graceTimer, leaveTimer, retryTimer]) clearTimeout(timer)
  batch.clear()
  stream.stop()
  connectionStore.set({ state: 'connecting', retryInMs: undefined })
}

/** Shows a thread: loads its end and follows it, until every caller has called the returned function. */
export function showThread(thread: ThreadStore): () => void {
  clearTimeout(leaveTimer)
  if (shown === thread) {
    viewers += 1
  } else {
    shown = thread
    viewers = 1
    touchThread(thread)
    void loadShown(thread)
  }
  return () => {
    if (shown !== thread) return
    viewers -= 1
    if (viewers > 0) return
    batch.flushNow()
    shown = undefined
    clearTimeout(leaveTimer)
    leaveTimer = setTimeout(unfollow, LEAVE_MS)
  }
}

/** Loads the shown thread once more, after a failure. */
export function loadShown(thread: ThreadStore): Promise<void> {
  return followLoaded(thread, thread.reload())
}

/** Tries at once instead of waiting for the next try. */
export function reconnectNow(): void {
  if (running && document.visibilityState === 'visible') stream.resume()
}

export function useConnection(): Connection {
  return useStore(connectionStore)
}

/** Fetches everything anew and follows it. */
async function startAgain(): Promise<void> {
  stream.stop()
  batch.clear()
  const wait = resetAt + RESET_PAUSE_MS - Date.now()
  resetAt = Date.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  const thread = shown
  const [list, position] = await Promise.all([loadSessions(), thread?.reload()])
  if (!running) return
  if (thread && shown === thread && position !== undefined) {
    follow(thread.sessionId, Math.min(position, list ?? position))
  } else if (list !== undefined) {
    // A thread that came on screen meanwhile is followed already, or will be once it is loaded, if there is one.
    followList(list)
  } else if (stream.position === undefined) {
    retryStart()
  }
}

/** Nothing could be loaded: the server is away, so wait as the stream does and say so. */
function retryStart(): void {
  connectionStore.set({ state: navigator.onLine ? 'retrying' : 'offline', retryInMs: RETRY_START_MS })
  clearTimeout(retryTimer)
  retryTimer = setTimeout(() => {
    if (running) void startAgain()
  }, RETRY_START_MS)
}

function toList(events: readonly Event[]): void {
  sessionStore.update((sessions) => events.reduce(withEvent, sessions))
}

async function followLoaded(thread: ThreadStore, load: Promise<number | undefined>): Promise<void> {
  const position = await load
  if (position !== undefined && shown === thread && running) follow(thread.sessionId, position)
}

/** Follows a thread that stands at `position`. */
function follow(sessionId: string, position: number): void {
  // For the list alone: the thread knows what has arrived, or gets it again after what it lacks before it.
  toList(batch.take())
  stream.follow(sessionId, Math.min(position, stream.position ?? position))
  applyVisibility()
}

/** Makes sure that all comes that the list, which stands at `position`, lacks. */
function followList(position: number): void {
  if (stream.position !== undefined && stream.position <= position) return
  batch.flushNow()
  stream.follow(stream.followed, position)
  applyVisibility()
}

/** Nothing is shown: the list's events suffice. */
function unfollow(): void {
  if (!running || shown || stream.followed === null || stream.position === undefined) return
  batch.flushNow()
  stream.follow(null, stream.position)
  applyVisibility()
}

function onVisibility(): void {
  clearTimeout(graceTimer)
  if (document.visibilityState === 'visible' || keepsVigil()) applyVisibility()
  else graceTimer = setTimeout(applyVisibility, HIDDEN_GRACE_MS)
}

function applyVisibility(): void {
  if (!running) return
  if (document.visibilityState === 'visible' || keepsVigil()) {
    stream.resume()
  } else {
    stream.pause()
    batch.flushNow()
    connectionStore.set({ state: 'hidden', retryInMs: undefined })
  }
}
