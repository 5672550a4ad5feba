// What the person can do besides sending: plain functions over the API, safe to repeat, rejecting with `ApiError`.
//
// Always true: what a command changed is shown when its event comes; only session rows take the answer in at once,
// guarded by `lastEventId`.
import { ApiError } from '../api/error'
import { api, newRequestId } from '../api/routes'
import type { Session, UpdateSession } from '../api/types'
import { NEW_CHAT, takeFiles, uploadKept } from './draft-files'
import { NO_SETUP, type SessionSetup, setNewChatSetup } from './new-chat'
import { type OutgoingMessage, sendMessage } from './outbox'
import { learnSession } from './sessions'
import { threadOf } from './threads'

/** Waits before the second, third and fourth try of a command that got no answer. */
const RETRY_WAITS_MS = [200, 800, 2_000]

/** Runs a repeatable command again while the server does not answer. */
export async function repeated<T>(
  command: (requestId: string) => Promise<T>,
  requestId = newRequestId(),
): Promise<T> {
  for (const wait of RETRY_WAITS_MS) {
    try {
      return await command(requestId)
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'network')) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  return command(requestId)
}

async function learned(
  command: (requestId: string) => Promise<Session>,
  requestId?: string,
): Promise<Session> {
  const session = await repeated(command, requestId)
  learnSession(session)
  return session
}

// ---- sessions --------------------------------------------------------------------------------------------------

/** The start that has not succeeded yet: the same message to the same model again means the same session. */
interface Start {
  /** Message, model and setup, as text. */
  said: string
  requestId: string
  setup: SessionSetup
  sessionId?: string
}

/** Kept over a reload of this tab once there is a session: the next message goes into it, not into another one. */
const START_KEY = 'cowork.start'
let unfinished: Start | undefined = keptStart()

function keptStart(): Start | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(START_KEY) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

function keepStart(start: Start | undefined): void {
  unfinished = start
  if (start) sessionStorage.setItem(START_KEY, JSON.stringify(start))
  else sessionStorage.removeItem(START_KEY)
}

/** The fields of a setup that say something, for a command. */
function setUp({ personaId, systemPrompt, parameters }: SessionSetup) {
  return {
    ...(personaId ? { personaId } : {}),
    ...(systemPrompt.trim() ? { systemPrompt } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  }
}

/**
 * Makes the session of a first message, uploads its files, then sends it. Gives the session's id once it is on its way.
 *
 * Called again with the same message after a failure, it goes on instead of making a second session.
 */
export async function startSession(message: OutgoingMessage, setup = NO_SETUP): Promise<string> {
  const said = JSON.stringify([message, setup])
  if (!unfinished?.sessionId && unfinished?.said !== said) {
    unfinished = { said, setup, requestId: newRequestId() }
  }
  const { requestId } = unfinished
  const choice = {
    ...setUp(setup),
    ...(message.providerId ? { defaultProviderId: message.providerId } : {}),
    ...(message.modelId ? { defaultModelId: message.modelId } : {}),
  }
  const made =
    unfinished.sessionId ??
    (await learned((id) => api.createSession({ client_request_id: id, ...choice }), requestId)).id
  // From here on there is a session: whatever is sent next goes into this one, until something did.
  const isNew = unfinished.sessionId === undefined
  keepStart({ ...unfinished, sessionId: made })
  const attachments = await prepare(made, isNew ? undefined : { ...NOTHING, ...choice }).catch(
    (reason: unknown) => {
      // It was deleted meanwhile: the next try makes another one.
      if (reason instanceof ApiError && reason.code === 'not_found') keepStart(undefined)
      throw reason
    },
  )
  keepStart(undefined)
  takeFiles(NEW_CHAT)
  setNewChatSetup(NO_SETUP)
  const { providerId: _provider, modelId: _model, ...rest } = message
  // Those who are compared are asked in place of the session's own.
  const sent = message.models ? rest : message
  sendMessage(made, attachments.length > 0 ? { ...sent, attachments } : sent)
  return made
}

const NOTHING = {
  personaId: null,
  systemPrompt: null,
  parameters: null,
  defaultProviderId: null,
  defaultModelId: null,
}

/** Brings a session that was made before up to date, and uploads the files of its first message. */
async function prepare(id: string, change: UpdateSession | undefined) {
  if (change) await updateSession(id, change)
  return uploadKept(id)
}

export async function updateSession(id: string, change: UpdateSession): Promise<void> {
  await learned((requestId) => api.updateSession(id, { ...change, client_request_id: requestId }))
}

export const renameSession = (id: string, title: string) => updateSession(id, { title })
export const pinSession = (id: string, pinned: boolean) => updateSession(id, { pinned })
export const archiveSession = (id: string, archived: boolean) => updateSession(id, { archived })

export async function deleteSession(id: string): Promise<void> {
  await learned(() => api.deleteSession(id))
}

export async function restoreSession(id: string): Promise<void> {
  await learned((requestId) => api.restoreSession(id, { client_request_id: requestId }))
}

export const fileSession = (id: string, folder: string | null) => updateSession(id, { folder })
export const tagSession = (id: string, tags: string[]) => updateSession(id, { tags })

/** Files all sessions of a folder elsewhere (`null`: in none) and gives which ones they are. */
export async function moveFolder(from: string, folder: string | null): Promise<string[]> {
  const target = folder === null ? {} : { folder }
  const moved = await repeated((id) => api.moveSessions({ client_request_id: id, from, ...target }))
  return moved.sessionIds
}

/** Files these sessions in a folder, in one step. */
export async function moveSessions(sessionIds: string[], folder: string): Promise<void> {
  await repeated((id) => api.moveSessions({ client_request_id: id, sessionIds, folder }))
}

/** Copies the whole session with all its branches and gives the copy's id. */
export async function duplicateSession(id: string, title: string): Promise<string> {
  const copy = await learned((requestId) =>
    api.forkSession(id, { client_request_id: requestId, allBranches: true, title }),
  )
  return copy.id
}

/** Copies the branch up to `messageId` (absent: all of it) into a new session and gives its id. */
export async function forkSession(id: string, messageId?: string): Promise<string> {
  const upTo = messageId ? { messageId } : {}
  const fork = await learned((requestId) => api.forkSession(id, { client_request_id: requestId, ...upTo }))
  return fork.id
}

/** Shows the branch that holds `messageId`. */
export const selectBranch = (sessionId: string, messageId: string) =>
  updateSession(sessionId, { activeLeafId: messageId })

/** Has the older part of the conversation summarised, so that the model gets less; `instructions`: what to heed. */
export async function compactSession(id: string, instructions?: string): Promise<void> {
  const wishes = instructions ? { instructions } : {}
  await learned(async (requestId) => {
    const { session } = await api.compactSession(id, { client_request_id: requestId, ...wishes })
    return session
  })
}

/** Stops the summary that is being made; nothing of it is kept. */
export async function cancelCompaction(id: string): Promise<void> {
  await learned((requestId) => api.cancelCompaction(id, { client_request_id: requestId }))
}

/** Removes the summary at a message: what it covers is sent again. */
export async function removeCompaction(sessionId: string, id: string): Promise<void> {
  await repeated(() => api.removeCompaction(sessionId, id))
}

// ---- messages --------------------------------------------------------------------------------------------------

export async function cancelMessage(sessionId: string, id: string): Promise<void> {
  await repeated((requestId) => api.cancelMessage(sessionId, id, { client_request_id: requestId }))
}

/** Stops the running answer and starts this waiting one. */
export async function sendNow(sessionId: string, id: string): Promise<void> {
  await repeated((requestId) => api.sendNow(sessionId, id, { client_request_id: requestId }))
  threadOf(sessionId).promote(id)
}

export async function regenerate(
  sessionId: string,
  id: string,
  model?: { providerId: string; modelId: string },
): Promise<void> {
  await repeated((requestId) => api.regenerate(sessionId, id, { client_request_id: requestId, ...model }))
}

export async function continueMessage(sessionId: string, id: string): Promise<void> {
  await repeated((requestId) => api.continueMessage(sessionId, id, { client_request_id: requestId }))
}

/** In place, or with `regenerate` as a branch of its own that is answered. */
export async function editMessage(
  sessionId: string,
  id: string,
  content: string,
  /** `attachments`: the files that go with the branch; absent: all of the message. */
  options: { regenerate: boolean; attachments?: string[] },
): Promise<void> {
  await repeated((requestId) =>
    api.editMessage(sessionId, id, { client_request_id: requestId, content, ...options }),
  )
}

export async function deleteMessage(sessionId: string, id: string): Promise<void> {
  await repeated(() => api.deleteMessage(sessionId, id))
}

export async function restoreMessage(sessionId: string, id: string): Promise<void> {
  await repeated((requestId) => api.restoreMessage(sessionId, id, { client_request_id: requestId }))
}
