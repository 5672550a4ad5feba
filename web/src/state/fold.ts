// A session's thread as a fold over its events. Pure: same snapshot and events, same thread.
//
// Always true: an event at or before `lastEventId` changes nothing; `rows` is the path from the oldest loaded message
// to `leaf`; a delta touches its own message's live text and nothing else; objects that did not change keep their identity.
// Elsewhere: loading and subscribing (threads.ts), messages that are not acknowledged yet (outbox.ts).
import type { ChatMessage, ChatSnapshot, Event } from '../api/types'

/** The text so far of a message that streams. */
export interface LiveText {
  readonly content: string
  readonly reasoning: string
  /** Deltas up to this event are in the text already. */
  readonly upTo: number
}

export interface Thread {
  readonly sessionId: string
  readonly lastEventId: number
  /** Every message that was loaded, on all branches. */
  readonly messages: ReadonlyMap<string, ChatMessage>
  /** Children of a parent (`''`: of none) wherever there is more than one, oldest first. */
  readonly branches: ReadonlyMap<string, readonly string[]>
  readonly leaf: string | null
  /** The active branch as far as it is loaded, oldest first. */
  readonly rows: readonly string[]
  /** Answers that are to be made or being made, oldest first. */
  readonly open: readonly string[]
  readonly live: ReadonlyMap<string, LiveText>
  /** The leaf is not among the loaded messages: the snapshot must be fetched again. */
  readonly incomplete: boolean
}

export function emptyThread(sessionId: string): Thread {
  return {
    sessionId,
    lastEventId: 0,
    messages: new Map(),
    branches: new Map(),
    leaf: null,
    rows: [],
    open: [],
    live: new Map(),
    incomplete: false,
  }
}

/** The thread that a snapshot describes, without anything known before. */
export function fromSnapshot(sessionId: string, snapshot: ChatSnapshot): Thread {
  const thread = { ...emptyThread(sessionId), lastEventId: snapshot.lastEventId }
  return merged(thread, withCompared(snapshot), snapshot.activeLeafId ?? null)
}

/** The thread with an earlier window put before it; nothing that is known is replaced. */
export function withEarlier(thread: Thread, snapshot: ChatSnapshot): Thread {
  const unknown = withCompared(snapshot).messages.filter((message) => !thread.messages.has(message.id))
  return merged(thread, { ...snapshot, messages: unknown }, thread.leaf)
}

/**
 * The thread with another window laid over it: the way to a branch that was not loaded.
 *
 * It stands at the older of the two positions, and is whole again with the events after that: each side knows its own.
 */
export function withWindow(thread: Thread, snapshot: ChatSnapshot): Thread {
  const behind = snapshot.lastEventId < thread.lastEventId
  const all = withCompared(snapshot).messages
  const messages = all.filter((message) => !(behind && thread.messages.has(message.id)))
  const lastEventId = Math.min(thread.lastEventId, snapshot.lastEventId)
  return merged({ ...thread, lastEventId }, { ...snapshot, messages }, snapshot.activeLeafId ?? null)
}

/** With the other answers of its comparisons among the messages: they are shown beside those of the branch. */
function withCompared(snapshot: ChatSnapshot): ChatSnapshot {
  const { compared } = snapshot
  return compared?.length ? { ...snapshot, messages: [...snapshot.messages, ...compared] } : snapshot
}

/** Whether there is more before the first row. */
export function hasEarlier(thread: Thread): boolean {
  const first = thread.rows[0]
  return first !== undefined && Boolean(thread.messages.get(first)?.parentId)
}

/** Folds one committed event into the thread. */
export function applyEvent(thread: Thread, event: Event): Thread {
  if (event.type === 'stream.reset' || event.id <= thread.lastEventId) return thread
  const next = { ...thread, lastEventId: event.id }
  if (event.sessionId !== thread.sessionId) return next
  switch (event.type) {
    case 'message.created':
      return created(next, event.message)
    case 'message.delta':
      return appended(next, event)
    case 'message.updated':
    case 'message.completed':
    case 'message.error':
      return replaced(next, event.message)
    case 'session.updated':
      return withLeaf(next, event.session.activeLeafId ?? null)
    case 'task.status':
    case 'task.plan':
    case 'task.step':
    case 'task.tool':
    case 'task.artifact':
    case 'approval.requested':
    case 'approval.resolved':
    case 'token.usage':
      return next
    default:
      return ignored(event, next)
  }
}

/** Does not compile when the contract has an event that `applyEvent` does not name; a newer server may send one. */
function ignored(_event: never, thread: Thread): Thread {
  return thread
}

function created(thread: Thread, message: ChatMessage): Thread {
  const parent = message.parentId ?? ''
  const next = {
    ...put(thread, message),
    branches: withSibling(thread, parent, message.id),
  }
  if (thread.messages.has(message.id)) return next
  return parent === (thread.leaf ?? '') ? withLeaf(next, message.id) : next
}

function replaced(thread: Thread, message: ChatMessage): Thread {
  const known = thread.messages.has(message.id)
  const next = put(thread, message)
  if (known) return next
  // It may be the one that was missing on the way to the leaf; but one outside the window stays outside.
  return thread.incomplete ? withLeaf(next, thread.leaf) : next
}

function appended(thread: Thread, event: Extract<Event, { type: 'message.delta' }>): Thread {
  const message = event.messageId ? thread.messages.get(event.messageId) : undefined
  if (!message || !isOpen(message)) return thread
  const before = thread.live.get(message.id) ?? textOf(message, 0)
  if (event.id <= before.upTo) return thread
  const text =
    event.kind === 'reasoning'
      ? { ...before, reasoning: before.reasoning + event.text, upTo: event.id }
      : { ...before, content: before.content + event.text, upTo: event.id }
  const live = new Map(thread.live).set(message.id, text)
  if (message.status === 'streaming') return { ...thread, live }
  return { ...put(thread, { ...message, status: 'streaming' }), live }
}

/** Replaces or adds a message as a whole; its live text is superseded. */
function put(thread: Thread, message: ChatMessage): Thread {
  const messages = new Map(thread.messages).set(message.id, message)
  const next = { ...thread, messages, open: withOpen(thread, message, messages) }
  if (!thread.live.has(message.id)) return next
  const live = new Map(thread.live)
  live.delete(message.id)
  return { ...next, live }
}

function merged(thread: Thread, snapshot: ChatSnapshot, leaf: string | null): Thread {
  const messages = new Map(thread.messages)
  const live = new Map(thread.live)
  for (const message of snapshot.messages) {
    messages.set(message.id, message)
    if (isOpen(message)) live.set(message.id, textOf(message, snapshot.lastEventId))
    else live.delete(message.id)
  }
  const branches = new Map(thread.branches)
  for (const point of snapshot.branches) branches.set(point.parentId ?? '', point.messageIds)
  const open = [...messages.values()]
    .filter(isOpenAnswer)
    .sort(byAge)
    .map((message) => message.id)
  return withLeaf({ ...thread, messages, live, branches, open }, leaf)
}

function withLeaf(thread: Thread, leaf: string | null): Thread {
  const rows: string[] = []
  let at: string | null | undefined = leaf
  while (at) {
    const message: ChatMessage | undefined = thread.messages.get(at)
    if (!message) break
    rows.push(at)
    at = message.parentId
  }
  rows.reverse()
  const same = rows.length === thread.rows.length && rows.every((id, index) => id === thread.rows[index])
  return { ...thread, leaf, rows: same ? thread.rows : rows, incomplete: leaf !== null && rows.length === 0 }
}

function withSibling(thread: Thread, parent: string, id: string): Thread['branches'] {
  const known = thread.branches.get(parent) ?? childrenOf(thread, parent)
  if (known.length === 0 || known.includes(id)) return thread.branches
  return new Map(thread.branches).set(parent, [...known, id])
}

function childrenOf(thread: Thread, parent: string): string[] {
  const found: string[] = []
  for (const message of thread.messages.values()) {
    if ((message.parentId ?? '') === parent) found.push(message.id)
  }
  return found
}

function withOpen(
  thread: Thread,
  message: ChatMessage,
  messages: ReadonlyMap<string, ChatMessage>,
): readonly string[] {
  const was = thread.open.includes(message.id)
  const is = isOpenAnswer(message)
  if (was === is) return thread.open
  if (!is) return thread.open.filter((id) => id !== message.id)
  const all = [...thread.open, message.id].flatMap((id) => messages.get(id) ?? [])
  return all.sort(byAge).map((open) => open.id)
}

function textOf(message: ChatMessage, upTo: number): LiveText {
  return { content: message.content, reasoning: message.reasoning ?? '', upTo }
}

function isOpen(message: ChatMessage): boolean {
  return message.status === 'pending' || message.status === 'streaming'
}

function isOpenAnswer(message: ChatMessage): boolean {
  return message.role === 'assistant' && isOpen(message) && !message.deletedAt
}

/** The contract's order: `createdAt`, then `id`. */
function byAge(a: ChatMessage, b: ChatMessage): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
