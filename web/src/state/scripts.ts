// Events for tests: short ways to say what happened in a session.
import type { ChatMessage, ChatSnapshot, Event, Session } from '../api/types'

export const SESSION = 's1'

export function message(id: string, part: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id,
    sessionId: SESSION,
    role: 'assistant',
    content: '',
    createdAt: 1_000,
    updatedAt: 1_000,
    status: 'done',
    revision: 1,
    ...part,
  }
}

export function session(part: Partial<Session> = {}): Session {
  return {
    id: SESSION,
    title: 'A session',
    createdAt: 1_000,
    updatedAt: 1_000,
    mode: 'chat',
    pinned: false,
    archived: false,
    tags: [],
    messageCount: 0,
    lastEventId: 1,
    writeMode: 'review',
    agentMode: 'build',
    activity: 'idle',
    titleByHand: false,
    ...part,
  }
}

export function snapshot(messages: ChatMessage[], part: Partial<ChatSnapshot> = {}): ChatSnapshot {
  return {
    messages,
    tasks: [],
    activeLeafId: messages.at(-1)?.id ?? null,
    lastEventId: 0,
    hasMore: false,
    branches: [],
    ...part,
  }
}

const head = (id: number) => ({ id, sessionId: SESSION, timestamp: 1_000 + id })

export const happened = {
  created: (id: number, made: ChatMessage): Event => ({
    ...head(id),
    type: 'message.created',
    messageId: made.id,
    message: made,
    ...(made.clientRequestId ? { clientRequestId: made.clientRequestId } : {}),
  }),
  delta: (id: number, messageId: string, text: string, kind: 'text' | 'reasoning' = 'text'): Event => ({
    ...head(id),
    type: 'message.delta',
    messageId,
    text,
    kind,
  }),
  updated: (id: number, now: ChatMessage): Event => ({
    ...head(id),
    type: 'message.updated',
    messageId: now.id,
    message: now,
  }),
  completed: (id: number, now: ChatMessage): Event => ({
    ...head(id),
    type: 'message.completed',
    messageId: now.id,
    message: now,
  }),
  leaf: (id: number, activeLeafId: string): Event => ({
    ...head(id),
    type: 'session.updated',
    session: session({ activeLeafId, lastEventId: id }),
  }),
}
