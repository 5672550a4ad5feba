// Folders and tags with their counts, as the server counts them.
//
// Always true: they are asked for anew after a session came to be filed elsewhere, at most once at a time.
import { api } from '../api/routes'
import type { SessionLabels } from '../api/types'
import { sessionStore } from './sessions'
import { Store, useStore } from './store'

/** Of many sessions that are filed at once the last one asks. */
const PAUSE_MS = 120

const labelStore = new Store<SessionLabels>({ folders: [], tags: [] })
let timer: ReturnType<typeof setTimeout> | undefined
let asking = false
let outdated = false
let counted = ''

async function load(): Promise<void> {
  if (asking) {
    outdated = true
    return
  }
  asking = true
  outdated = false
  try {
    labelStore.set(await api.sessionLabels())
  } catch {
    // The old ones stay until the next change or the next connection.
  } finally {
    asking = false
    if (outdated) void load()
  }
}

sessionStore.subscribe(() => {
  const { loads, filings } = sessionStore.get()
  const now = `${loads}.${filings}`
  if (now === counted) return
  counted = now
  clearTimeout(timer)
  if (loads > 0) timer = setTimeout(() => void load(), filings === 0 ? 0 : PAUSE_MS)
})

/** The folders and tags of sessions in the list, by name. */
export function useLabels(): SessionLabels {
  return useStore(labelStore)
}
