// Isolated previews: the address of a frame, good once. Nothing of it is kept.
import { api } from '../api/routes'
import type { CreateFrame } from '../api/types'

/** Asks for a frame. Rejects with `ApiError`. */
export async function openFrame(kind: CreateFrame['kind'], content: string | undefined): Promise<string> {
  const { url } = await api.createFrame({ kind, ...(content === undefined ? {} : { content }) })
  return url
}
