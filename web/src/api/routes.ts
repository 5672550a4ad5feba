// The requests the page makes, one function each. Bodies and answers are the contract's types.
import { request } from './client'
import type {
  ChatMessage,
  ChatSnapshot,
  CreateSession,
  EditMessage,
  ForkSession,
  MessageAccepted,
  ModelList,
  SendMessage,
  Session,
  SessionList,
  UpdateSession,
} from './types'

const session = (id: string) => `/sessions/${encodeURIComponent(id)}`
const message = (sessionId: string, id: string) => `${session(sessionId)}/messages/${encodeURIComponent(id)}`

/** A model to ask instead of the default one. */
export interface ModelChoice {
  providerId?: string | undefined
  modelId?: string | undefined
}

export const api = {
  exchange: (code: string) => request<{ token: string }>('POST', '/auth/exchange', { body: { code } }),
  models: () => request<ModelList>('GET', '/models'),

  sessions: (query: { limit: number; cursor?: string | undefined }) =>
    request<SessionList>('GET', '/sessions', { query }),
  session: (id: string) => request<Session>('GET', session(id)),
  createSession: (body: CreateSession) => request<Session>('POST', '/sessions', { body }),
  updateSession: (id: string, body: UpdateSession) => request<Session>('PATCH', session(id), { body }),
  deleteSession: (id: string) => request<Session>('DELETE', session(id)),
  restoreSession: (id: string, body: Repeatable) =>
    request<Session>('POST', `${session(id)}/restore`, { body }),
  forkSession: (id: string, body: ForkSession) => request<Session>('POST', `${session(id)}/fork`, { body }),

  chat: (id: string, query: { limit: number; before?: string }, signal?: AbortSignal) =>
    request<ChatSnapshot>('GET', `${session(id)}/chat`, { query, ...(signal ? { signal } : {}) }),
  sendMessage: (id: string, body: SendMessage) =>
    request<MessageAccepted>('POST', `${session(id)}/chat`, { body }),

  editMessage: (sessionId: string, id: string, body: EditMessage) =>
    request<ChatMessage | MessageAccepted>('PATCH', message(sessionId, id), { body }),
  deleteMessage: (sessionId: string, id: string) => request<ChatMessage>('DELETE', message(sessionId, id)),
  restoreMessage: (sessionId: string, id: string, body: Repeatable) =>
    request<ChatMessage>('POST', `${message(sessionId, id)}/restore`, { body }),
  regenerate: (sessionId: string, id: string, body: Repeatable & ModelChoice) =>
    request<MessageAccepted>('POST', `${message(sessionId, id)}/regenerate`, { body }),
  continueMessage: (sessionId: string, id: string, body: Repeatable) =>
    request<ChatMessage>('POST', `${message(sessionId, id)}/continue`, { body }),
  cancelMessage: (sessionId: string, id: string, body: Repeatable) =>
    request<ChatMessage>('POST', `${message(sessionId, id)}/cancel`, { body }),
  sendNow: (sessionId: string, id: string, body: Repeatable) =>
    request<ChatMessage>('POST', `${message(sessionId, id)}/send-now`, { body }),
}

/** A command that carries the sender's id, so that sending it again does it once. */
export interface Repeatable {
  client_request_id: string
}

/** A fresh id for a command. */
export function newRequestId(): string {
  return crypto.randomUUID()
}
