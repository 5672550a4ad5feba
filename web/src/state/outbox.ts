// Messages that were sent from here and that the log has not confirmed yet.
//
// Always true: a message is on screen and in localStorage before it is on the wire; one session's messages go out one
// after another, so that they keep their order; every try carries the same `client_request_id`; an entry leaves when
// its message is seen in the thread or the person discards it, here or in another tab, never by itself; what was refused
// waits for the person, over a reload too.
// Elsewhere: how a confirmed message looks (fold.ts).
import { ApiError, type ProblemLike } from '../api/error'
import { backoff } from '../api/event-stream'
import { api, newRequestId } from '../api/routes'
import type { ChatAttachmentRef } from '../api/types'
import type { Thread } from './fold'
import type { ComparedModel } from './next-models'
import { Store } from './store'

export interface OutgoingMessage {
  content: string
  attachments?: readonly ChatAttachmentRef[]
  providerId?: string
  modelId?: string
  /** Asks all of these, in place of one. */
  models?: readonly ComparedModel[]
}

export interface SendOptions {
  /** Stops the answer that runs and answers this one first, instead of in its turn. */
  now?: boolean
}

export interface Outgoing {
  readonly id: string
  readonly sessionId: string
  readonly message: OutgoingMessage
  readonly createdAt: number
  /** Absent: in its turn. */
  readonly now?: boolean
  /** `sent`: acknowledged, its event is on the way. */
  readonly delivery: 'sending' | 'retrying' | 'failed' | 'sent'
  readonly problem: ApiError | undefined
  /** With `sent`: the event that the thread must have seen to show it. */
  readonly confirmedBy: number | undefined
}

export const LOCAL = 'local:'
const PREFIX = 'cowork.outbox.'
/** Tries before the person is asked what to do: about half a minute. */
const TRIES = 7

/** Oldest first. */
export const outbox = new Store<readonly Outgoing[]>([])
const busy = new Set<string>()
const wakers = new Map<string, () => void>()
/** Those that localStorage has no room for. */
const unkept = new Set<string>()

/** On screen at once, sent in order, retried with the same id, kept over a reload. */
export function sendMessage(
  sessionId: string,
  message: OutgoingMessage,
  { now = false }: SendOptions = {},
): void {
  const entry: Outgoing = {
    id: newRequestId(),
    sessionId,
    message,
    createdAt: Date.now(),
    ...(now ? { now } : {}),
    delivery: 'sending',
    problem: undefined,
    confirmedBy: undefined,
  }
  keep(entry)
  outbox.update((entries) => [...entries, entry])
  void drain(sessionId)
}

export function retrySend(localId: string): void {
  const entry = find(localId)
  if (!entry) return
  wakers.get(entry.id)?.()
  if (entry.delivery !== 'failed') return
  change(entry.id, { delivery: 'sending', problem: undefined })
  void drain(entry.sessionId)
}

export function discardSend(localId: string): void {
  const entry = find(localId)
  if (!entry) return
  drop(entry.id)
  wakers.get(entry.id)?.()
}

/** Takes up what an earlier page left unsent. */
export function startOutbox(): void {
  const left: Outgoing[] = []
  for (let index = 0; index < localStorage.length; index++) {
    const key = localStorage.key(index)
    if (!key?.startsWith(PREFIX)) continue
    const entry = parse(localStorage.getItem(key))
    if (entry && !find(LOCAL + entry.id)) left.push(entry)
  }
  if (left.length === 0) return
  left.sort((a, b) => a.createdAt - b.createdAt)
  outbox.update((entries) => [...left, ...entries])
  for (const sessionId of new Set(left.map((entry) => entry.sessionId))) void drain(sessionId)
}

/** Lets go of what the thread shows itself by now. */
export function settle(thread: Thread): void {
  const mine = outbox.get().filter((entry) => entry.sessionId === thread.sessionId)
  if (mine.length === 0) return
  const seen = new Set<string>()
  for (const message of thread.messages.values()) {
    if (message.clientRequestId) seen.add(message.clientRequestId)
  }
  for (const entry of mine) {
    const passed = entry.confirmedBy !== undefined && thread.lastEventId >= entry.confirmedBy
    if (passed || seen.has(entry.id)) drop(entry.id)
  }
}

/** Sends a session's messages one after another until none is left to send. */
async function drain(sessionId: string): Promise<void> {
  if (busy.has(sessionId)) return
  busy.add(sessionId)
  try {
    for (;;) {
      const entry = outbox
        .get()
        .find(
          (one) => one.sessionId === sessionId && (one.delivery === 'sending' || one.delivery === 'retrying'),
        )
      if (!entry) return
      await deliver(entry)
    }
  } finally {
    busy.delete(sessionId)
  }
}

/** Tries until it is acknowledged, refused, discarded or out of tries. */
async function deliver(entry: Outgoing): Promise<void> {
  for (let tried = 0; ; tried++) {
    if (!isKept(entry.id)) {
      drop(entry.id)
      return
    }
    try {
      const { attachments, models, ...message } = entry.message
      const accepted = await api.sendMessage(entry.sessionId, {
        client_request_id: entry.id,
        ...message,
        ...(models ? { models: [...models] } : {}),
        ...(attachments ? { attachments: attachments.map(({ id }) => id) } : {}),
      })
      unkeep(entry.id)
      change(entry.id, { delivery: 'sent', problem: undefined, confirmedBy: accepted.lastEventId })
      if (entry.now) await first(entry, accepted.assistantMessage.id)
      return
    } catch (error) {
      const problem = error instanceof ApiError ? error : ApiError.network()
      if (!problem.transient || tried + 1 >= TRIES) {
        change(entry.id, { delivery: 'failed', problem })
        return
      }
      change(entry.id, { delivery: 'retrying', problem })
      await pause(entry.id, Math.max(problem.retryAfterMs ?? 0, backoff(tried)))
    }
  }
}

/** Puts an answer first. When that can't be, it waits its turn, with a button of its own in the thread. */
async function first(entry: Outgoing, answer: string): Promise<void> {
  try {
    await api.sendNow(entry.sessionId, answer, { client_request_id: `${entry.id}-now` })
  } catch {
    // It runs or has ended already, or the server is away: its turn comes.
  }
}

function pause(id: string, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      wakers.delete(id)
      resolve()
    }
    const timer = setTimeout(done, ms)
    wakers.set(id, done)
  })
}

function find(localId: string): Outgoing | undefined {
  return outbox.get().find((entry) => LOCAL + entry.id === localId)
}

function change(id: string, part: Partial<Outgoing>): void {
  outbox.update((entries) => entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)))
  const entry = find(LOCAL + id)
  if (entry && isKept(id)) keep(entry)
}

function drop(id: string): void {
  unkeep(id)
  outbox.update((entries) => entries.filter((entry) => entry.id !== id))
}

function keep(entry: Outgoing): void {
  try {
    localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry))
  } catch {
    // The browser's store is full; the message lives as long as the page.
    unkept.add(entry.id)
  }
}

function unkeep(id: string): void {
  localStorage.removeItem(PREFIX + id)
  unkept.delete(id)
}

/** Whether nobody, in this tab or another one, has let it go. */
function isKept(id: string): boolean {
  return unkept.has(id) || localStorage.getItem(PREFIX + id) !== null
}

type Stored = Omit<Outgoing, 'problem'> & { problem?: ProblemLike }

/**
 * A stored entry: one that was refused waits for the person, any other is to be sent again; its id makes that safe
 * whatever became of the first try.
 */
function parse(text: string | null): Outgoing | undefined {
  try {
    const { id, sessionId, message, createdAt, now, delivery, problem } = JSON.parse(text ?? '') as Stored
    const failed = delivery === 'failed'
    if (typeof id !== 'string' || typeof sessionId !== 'string' || typeof message?.content !== 'string')
      return
    return {
      id,
      sessionId,
      message,
      createdAt,
      ...(now === true ? { now } : {}),
      delivery: failed ? 'failed' : 'sending',
      problem: failed && problem ? new ApiError(problem) : undefined,
      confirmedBy: undefined,
    }
  } catch {
    return undefined
  }
}
