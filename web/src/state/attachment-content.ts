// What attached files hold: bytes as `blob:` addresses, since a plain address carries no token, and texts.
//
// Always true: an address is revoked once nobody shows it and enough others were shown since.
import { useEffect, useState } from 'react'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import type { AttachmentText } from '../api/types'
import type { DraftFile } from './draft-files'
import { keptFile } from './file-vault'

/** Addresses that are kept although nobody shows them. */
const KEPT = 40

interface Entry {
  readonly url: Promise<string>
  users: number
}

/** The one used last comes last. */
const entries = new Map<string, Entry>()

export interface Loaded<T> {
  readonly value: T | undefined
  readonly problem: ApiError | undefined
}

const LOADING = { value: undefined, problem: undefined }

/** An address for the bytes of an attachment. `null`: none is wanted. */
export function useAttachmentUrl(id: string | null): Loaded<string> {
  return useLoaded(id, (wanted) => {
    const entry = entries.get(wanted) ?? { url: addressOf(wanted), users: 0 }
    entries.delete(wanted)
    entries.set(wanted, entry)
    entry.users += 1
    return {
      value: entry.url,
      done: () => {
        entry.users -= 1
        dropUnused()
      },
    }
  })
}

/** What was read of an attachment as text. */
export function useAttachmentText(id: string | null, limit?: number): Loaded<AttachmentText> {
  return useLoaded(
    id,
    (wanted) => ({ value: api.attachmentText(wanted, limit), done: () => undefined }),
    limit,
  )
}

/** An address for a file that is not sent yet: of what this browser keeps, or else of what the server has. */
export function useDraftFileUrl(file: DraftFile | null): string | undefined {
  const id = file?.id ?? null
  const [local, setLocal] = useState<{ id: string; url: string | undefined }>()
  useEffect(() => {
    if (id === null) return
    let url: string | undefined
    let gone = false
    void keptFile(id).then((kept) => {
      if (gone) return
      url = kept && URL.createObjectURL(kept)
      setLocal({ id, url })
    })
    return () => {
      gone = true
      if (url) URL.revokeObjectURL(url)
    }
  }, [id])
  const known = local?.id === id ? local : undefined
  const remote = useAttachmentUrl(known && !known.url ? (file?.uploaded?.id ?? null) : null)
  return known?.url ?? remote.value
}

/** Saves an attachment to the person's disk. */
export async function downloadAttachment(id: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await api.attachment(id))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function useLoaded<T>(
  id: string | null,
  begin: (id: string) => { value: Promise<T>; done: () => void },
  again?: unknown,
): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { id: string | null }>({ ...LOADING, id: null })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded is told by the id
  useEffect(() => {
    if (id === null) return
    let gone = false
    const { value, done } = begin(id)
    value.then(
      (loaded) => !gone && setState({ value: loaded, problem: undefined, id }),
      (reason: unknown) =>
        !gone &&
        setState({ value: undefined, problem: reason instanceof ApiError ? reason : ApiError.network(), id }),
    )
    return () => {
      gone = true
      done()
    }
  }, [id, again])
  return state.id === id ? state : LOADING
}

function addressOf(id: string): Promise<string> {
  const url = api.attachment(id).then((bytes) => URL.createObjectURL(bytes))
  // The next one who asks tries again.
  url.catch(() => entries.delete(id))
  return url
}

function dropUnused(): void {
  let unused = [...entries.values()].filter((entry) => entry.users === 0).length
  for (const [id, entry] of entries) {
    if (unused <= KEPT) return
    if (entry.users > 0) continue
    unused -= 1
    entries.delete(id)
    void entry.url.then((url) => URL.revokeObjectURL(url))
  }
}
