// Files that are attached to a draft and not sent yet, per session, kept over a reload.
//
// Always true: a file's bytes are kept here until the server has them; every try of one upload carries the same id, so
// that it is one attachment; of a new chat, which is no session yet, nothing is uploaded before it is sent.
// Elsewhere: the bytes in the browser (file-vault.ts), how they travel (api/upload.ts).
import { ApiError } from '../api/error'
import { api, newRequestId } from '../api/routes'
import type { AttachmentLimits, ChatAttachmentRef } from '../api/types'
import { uploadFile } from '../api/upload'
import { forgetFile, keepFile, keptFile, unstoreFile } from './file-vault'
import { Store, useSelected } from './store'

export interface DraftFile {
  /** Also the id of its upload. */
  readonly id: string
  readonly name: string
  readonly size: number
  /** As the browser guesses, for its looks alone. */
  readonly type: string
  /** `kept`: waits here until the chat is a session. */
  readonly state: 'kept' | 'waiting' | 'uploading' | 'uploaded' | 'failed'
  /** From 0 to 1. */
  readonly progress: number
  readonly problem: ApiError | undefined
  readonly uploaded: ChatAttachmentRef | undefined
  /** A long text that was pasted, and can be put into the message instead. */
  readonly pasted: boolean
}

/** Why a file was not taken. */
export type Refusal =
  | { why: 'tooLarge'; name: string; limit: number }
  | { why: 'tooMany'; name: string; limit: number }
  | { why: 'empty'; name: string }

/** The draft of a chat that is no session yet. */
export const NEW_CHAT = 'new'
const PREFIX = 'cowork.files.'
/** Uploads of one page at once. */
const AT_ONCE = 3
const NONE: readonly DraftFile[] = []

type Drafts = ReadonlyMap<string, readonly DraftFile[]>

const store = new Store<Drafts>(new Map())
const running = new Map<string, AbortController>()
/** What waits for an upload to end, by draft. */
const watchers = new Set<() => void>()

/** Takes files into a draft, and begins to upload them. Gives those that can't be taken, with why. */
export function attachFiles(
  draft: string,
  files: readonly File[],
  limits: AttachmentLimits | undefined,
  options: { pasted?: boolean } = {},
): readonly Refusal[] {
  const refused: Refusal[] = []
  const taken: DraftFile[] = []
  const before = filesOf(draft).length
  for (const file of files) {
    if (file.size === 0) refused.push({ why: 'empty', name: file.name })
    else if (limits && file.size > limits.fileBytes) {
      refused.push({ why: 'tooLarge', name: file.name, limit: limits.fileBytes })
    } else if (limits && before + taken.length >= limits.filesPerMessage) {
      refused.push({ why: 'tooMany', name: file.name, limit: limits.filesPerMessage })
    } else {
      const id = newRequestId()
      void keepFile(id, file)
      taken.push({
        id,
        name: file.name,
        size: file.size,
        type: file.type,
        state: draft === NEW_CHAT ? 'kept' : 'waiting',
        progress: 0,
        problem: undefined,
        uploaded: undefined,
        pasted: options.pasted ?? false,
      })
    }
  }
  if (taken.length > 0) write(draft, [...filesOf(draft), ...taken])
  next(draft)
  return refused
}

/** Takes a file out of a draft; what the server has of it is thrown away. */
export function removeFile(draft: string, id: string): void {
  const file = filesOf(draft).find((one) => one.id === id)
  if (!file) return
  running.get(id)?.abort()
  write(
    draft,
    filesOf(draft).filter((one) => one.id !== id),
  )
  void forgetFile(id)
  // It expires by itself where this does not get through.
  if (file.uploaded) api.discardAttachment(file.uploaded.id).catch(() => undefined)
}

export function retryFile(draft: string, id: string): void {
  change(draft, id, { state: draft === NEW_CHAT ? 'kept' : 'waiting', progress: 0, problem: undefined })
  next(draft)
}

/** Takes the files out of a draft for a message; all must be uploaded. */
export function takeFiles(draft: string): readonly ChatAttachmentRef[] {
  const files = filesOf(draft)
  write(draft, [])
  for (const file of files) void forgetFile(file.id)
  return files.flatMap((file) => (file.uploaded ? [file.uploaded] : []))
}

/** Uploads what a new chat keeps into the session it has become. Rejects with the first failure; what is up stays up. */
export async function uploadKept(sessionId: string): Promise<readonly ChatAttachmentRef[]> {
  for (const file of filesOf(NEW_CHAT)) {
    if (file.state !== 'uploaded') change(NEW_CHAT, file.id, { state: 'waiting', problem: undefined })
  }
  next(NEW_CHAT, sessionId)
  await new Promise<void>((resolve) => {
    const look = () => {
      if (filesOf(NEW_CHAT).some((file) => file.state === 'waiting' || file.state === 'uploading')) return
      watchers.delete(look)
      resolve()
    }
    watchers.add(look)
    look()
  })
  const files = filesOf(NEW_CHAT)
  const failed = files.find((file) => file.state !== 'uploaded')
  if (failed) throw failed.problem ?? ApiError.network()
  return files.flatMap((file) => (file.uploaded ? [file.uploaded] : []))
}

/** The text of a file that was pasted. `undefined`: the browser has it no more. */
export async function pastedText(id: string): Promise<string | undefined> {
  return (await keptFile(id))?.text()
}

/** The files of a draft, in the person's order. */
export function useDraftFiles(draft: string): readonly DraftFile[] {
  filesOf(draft)
  return useSelected(store, (drafts) => drafts.get(draft) ?? NONE)
}

// ---- uploading ---------------------------------------------------------------------------------------------------

function next(draft: string, sessionId = draft): void {
  if (sessionId === NEW_CHAT) return
  for (const file of filesOf(draft)) {
    if (running.size >= AT_ONCE) return
    if (file.state === 'waiting' && !running.has(file.id)) void upload(draft, sessionId, file)
  }
}

async function upload(draft: string, sessionId: string, file: DraftFile): Promise<void> {
  const control = new AbortController()
  running.set(file.id, control)
  change(draft, file.id, { state: 'uploading' })
  try {
    const bytes = await keptFile(file.id)
    if (!bytes) throw lost()
    const uploaded = await uploadFile(sessionId, file.id, bytes, file.name, {
      signal: control.signal,
      onProgress: (progress) => change(draft, file.id, { progress }),
    })
    change(draft, file.id, { state: 'uploaded', progress: 1, uploaded })
    void unstoreFile(file.id)
  } catch (reason) {
    if (!control.signal.aborted) {
      const problem = reason instanceof ApiError ? reason : ApiError.network()
      change(draft, file.id, { state: 'failed', problem })
    }
  } finally {
    running.delete(file.id)
    next(draft, sessionId)
    for (const watcher of [...watchers]) watcher()
  }
}

/** Neither the browser nor the server has it. */
function lost(): ApiError {
  return new ApiError({
    code: 'not_found',
    status: 0,
    detail: 'The browser did not keep this file over the reload. Attach it again.',
  })
}

// ---- keeping -----------------------------------------------------------------------------------------------------

function filesOf(draft: string): readonly DraftFile[] {
  const known = store.get().get(draft)
  if (known) return known
  const stored = parse(localStorage.getItem(PREFIX + draft), draft)
  store.update((drafts) => new Map(drafts).set(draft, stored))
  next(draft)
  return stored
}

function change(draft: string, id: string, part: Partial<DraftFile>): void {
  const files = filesOf(draft)
  if (!files.some((file) => file.id === id)) return
  const changed = files.map((file) => (file.id === id ? { ...file, ...part } : file))
  if (part.progress !== undefined && part.state === undefined) set(draft, changed)
  else write(draft, changed)
}

function set(draft: string, files: readonly DraftFile[]): void {
  store.update((drafts) => new Map(drafts).set(draft, files))
}

function write(draft: string, files: readonly DraftFile[]): void {
  set(draft, files)
  try {
    if (files.length === 0) localStorage.removeItem(PREFIX + draft)
    else localStorage.setItem(PREFIX + draft, JSON.stringify(files))
  } catch {
    // The browser's store is full; the list lives as long as the page.
  }
}

/** What an earlier page left: what was under way begins anew, under its old id. */
function parse(text: string | null, draft: string): readonly DraftFile[] {
  try {
    const files = JSON.parse(text ?? '[]') as DraftFile[]
    return files
      .filter((file) => typeof file.id === 'string' && typeof file.name === 'string')
      .map((file) => ({
        ...file,
        state: file.uploaded ? 'uploaded' : draft === NEW_CHAT ? 'kept' : 'waiting',
        progress: file.uploaded ? 1 : 0,
        problem: undefined,
        uploaded: file.uploaded,
      }))
  } catch {
    return NONE
  }
}
