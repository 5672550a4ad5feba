// The requests the page makes, one function each. Paths, bodies and answers are checked against the OpenAPI document.
import { body, client, file, upload } from './client'
import type {
  AddPersona,
  AddPrompt,
  AddProvider,
  ChatMessage,
  CreateFrame,
  CreateSession,
  EditMessage,
  ForkSession,
  ImportPresets,
  ImportReport,
  MessageAccepted,
  MoveSessions,
  SearchKind,
  SearchResults,
  SendMessage,
  UpdatePersona,
  UpdatePrompt,
  UpdateProvider,
  UpdateSession,
  UpdateSettings,
} from './types'

/** A command that carries the sender's id, so that sending it again does it once. */
export interface Repeatable {
  client_request_id: string
}

/** A model to ask instead of the default one. */
export interface ModelChoice {
  providerId?: string
  modelId?: string
}

/** Which sessions to list. */
export interface SessionFilter {
  archived?: boolean
  deleted?: boolean
  /** Empty: those in no folder. */
  folder?: string
  tag?: string
}

/** A search and where. */
export interface SearchRequest {
  q: string
  session?: string
  role?: 'user' | 'assistant'
  kind?: SearchKind
  from?: number
  archived?: boolean
  limit?: number
  cursor?: string
}

/** A fresh id for a command. */
export function newRequestId(): string {
  return crypto.randomUUID()
}

const session = (id: string) => ({ params: { path: { id } } })
const provider = (id: string) => ({ params: { path: { id } } })
const preset = (id: string) => ({ params: { path: { id } } })
const message = (id: string, mid: string) => ({ params: { path: { id, mid } } })

export const api = {
  exchange: (code: string) => body(client.POST('/api/auth/exchange', { body: { code } })),
  models: () => body(client.GET('/api/models')),
  refreshModels: () => body(client.POST('/api/models/refresh', { body: {} })),

  providers: () => body(client.GET('/api/providers')),
  services: () => body(client.GET('/api/providers/services')),
  addProvider: (made: AddProvider) => body(client.POST('/api/providers', { body: made })),
  updateProvider: (id: string, change: UpdateProvider) =>
    body(client.PATCH('/api/providers/{id}', { ...provider(id), body: change })),
  deleteProvider: (id: string) => body(client.DELETE('/api/providers/{id}', provider(id))),
  setProviderKey: (id: string, command: Repeatable & { key: string; add?: boolean }) =>
    body(client.PUT('/api/providers/{id}/key', { ...provider(id), body: command })),
  removeProviderKey: (id: string) => body(client.DELETE('/api/providers/{id}/key', provider(id))),
  removeOneProviderKey: (id: string, key: string) =>
    body(client.DELETE('/api/providers/{id}/keys/{key}', { params: { path: { id, key } } })),
  testProvider: (id: string) => body(client.POST('/api/providers/{id}/test', { ...provider(id), body: {} })),

  health: () => body(client.GET('/api/health')),
  storage: () => body(client.GET('/api/storage')),

  settings: () => body(client.GET('/api/settings')),
  updateSettings: (change: UpdateSettings) => body(client.PATCH('/api/settings', { body: change })),

  personas: () => body(client.GET('/api/personas')),
  addPersona: (made: AddPersona) => body(client.POST('/api/personas', { body: made })),
  updatePersona: (id: string, change: UpdatePersona) =>
    body(client.PATCH('/api/personas/{id}', { ...preset(id), body: change })),
  deletePersona: (id: string) => body(client.DELETE('/api/personas/{id}', preset(id))),
  restorePersona: (id: string, command: Repeatable) =>
    body(client.POST('/api/personas/{id}/restore', { ...preset(id), body: command })),
  prompts: () => body(client.GET('/api/prompts')),
  addPrompt: (made: AddPrompt) => body(client.POST('/api/prompts', { body: made })),
  updatePrompt: (id: string, change: UpdatePrompt) =>
    body(client.PATCH('/api/prompts/{id}', { ...preset(id), body: change })),
  deletePrompt: (id: string) => body(client.DELETE('/api/prompts/{id}', preset(id))),
  restorePrompt: (id: string, command: Repeatable) =>
    body(client.POST('/api/prompts/{id}/restore', { ...preset(id), body: command })),
  exportPresets: () => file('/api/presets/export'),
  importPresets: (library: ImportPresets) => body(client.POST('/api/presets/import', { body: library })),

  messageCalls: (mid: string) =>
    body(client.GET('/api/telemetry/messages/{mid}', { params: { path: { mid } } })),
  usage: (query: { by: 'model' | 'session' | 'day'; since?: number }) =>
    body(client.GET('/api/telemetry/summary', { params: { query } })),

  createFrame: (frame: CreateFrame) => body(client.POST('/api/frames', { body: frame })),

  sessions: (query: SessionFilter & { limit: number; cursor?: string }) =>
    body(client.GET('/api/sessions', { params: { query } })),
  sessionLabels: () => body(client.GET('/api/sessions/labels')),
  moveSessions: (move: MoveSessions) => body(client.POST('/api/sessions/move', { body: move })),
  session: (id: string) => body(client.GET('/api/sessions/{id}', session(id))),
  createSession: (made: CreateSession) => body(client.POST('/api/sessions', { body: made })),
  updateSession: (id: string, change: UpdateSession) =>
    body(client.PATCH('/api/sessions/{id}', { ...session(id), body: change })),
  deleteSession: (id: string) => body(client.DELETE('/api/sessions/{id}', session(id))),
  restoreSession: (id: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/restore', { ...session(id), body: command })),
  forkSession: (id: string, fork: ForkSession) =>
    body(client.POST('/api/sessions/{id}/fork', { ...session(id), body: fork })),

  /** The file as it comes, with the name the server gives it. */
  exportAll: () => file('/api/export'),
  importFile: (bytes: Blob) => upload<ImportReport>('/api/import', bytes),
  exportSession: (id: string, format: 'markdown' | 'json') =>
    file(`/api/sessions/${encodeURIComponent(id)}/export?format=${format}`),

  compactSession: (id: string, command: Repeatable & { instructions?: string }) =>
    body(client.POST('/api/sessions/{id}/compact', { ...session(id), body: command })),
  cancelCompaction: (id: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/compact/cancel', { ...session(id), body: command })),
  removeCompaction: (id: string, mid: string) =>
    body(client.DELETE('/api/sessions/{id}/messages/{mid}/compaction', message(id, mid))),

  chat: (id: string, query: { limit: number; before?: string }, signal?: AbortSignal) =>
    body(
      client.GET('/api/sessions/{id}/chat', {
        params: { path: { id }, query },
        ...(signal ? { signal } : {}),
      }),
    ),
  search: (query: SearchRequest, signal: AbortSignal) =>
    // The client takes pairs of numbers for lists of them.
    body(client.GET('/api/search', { params: { query }, signal }) as Promise<{ data?: SearchResults }>),
  find: (id: string, q: string, signal: AbortSignal) =>
    body(client.GET('/api/sessions/{id}/find', { params: { path: { id }, query: { q } }, signal })),
  sendMessage: (id: string, sent: SendMessage) =>
    // As JSON it is acknowledged; the document's other answer is for `Accept: text/event-stream`.
    body(
      client.POST('/api/sessions/{id}/chat', { ...session(id), body: sent }) as Promise<{
        data?: MessageAccepted
      }>,
    ),

  attachment: (id: string): Promise<Blob> =>
    body(client.GET('/api/attachments/{id}', { params: { path: { id } }, parseAs: 'blob' })),
  attachmentText: (id: string, limit?: number) =>
    body(
      client.GET('/api/attachments/{id}/text', {
        params: { path: { id }, query: limit === undefined ? {} : { limit } },
      }),
    ),
  discardAttachment: async (id: string): Promise<void> => {
    await client.DELETE('/api/attachments/{id}', { params: { path: { id } } })
  },

  revisions: (id: string, mid: string) =>
    body(client.GET('/api/sessions/{id}/messages/{mid}/revisions', message(id, mid))),
  tree: (id: string) => body(client.GET('/api/sessions/{id}/tree', session(id))),
  editMessage: (id: string, mid: string, edit: EditMessage): Promise<ChatMessage | MessageAccepted> =>
    body(client.PATCH('/api/sessions/{id}/messages/{mid}', { ...message(id, mid), body: edit })),
  deleteMessage: (id: string, mid: string) =>
    body(client.DELETE('/api/sessions/{id}/messages/{mid}', message(id, mid))),
  restoreMessage: (id: string, mid: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/messages/{mid}/restore', { ...message(id, mid), body: command })),
  regenerate: (id: string, mid: string, command: Repeatable & ModelChoice) =>
    body(client.POST('/api/sessions/{id}/messages/{mid}/regenerate', { ...message(id, mid), body: command })),
  continueMessage: (id: string, mid: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/messages/{mid}/continue', { ...message(id, mid), body: command })),
  cancelMessage: (id: string, mid: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/messages/{mid}/cancel', { ...message(id, mid), body: command })),
  sendNow: (id: string, mid: string, command: Repeatable) =>
    body(client.POST('/api/sessions/{id}/messages/{mid}/send-now', { ...message(id, mid), body: command })),
}
