// Whether this tab goes on listening while it is out of sight, so that somebody can be told of an answer that ends.
//
// Always true: of all hidden tabs one listens at most (browsers give a server few connections), and only while an answer
// runs or the person wants to be told. Elsewhere: the connection (`connection.ts`), what is told (`ended.ts`).
import { onPreferences, preferences } from './preferences'
import { sessionStore } from './sessions'

const LOCK = 'cowork.vigil'

let held = false
let release: (() => void) | undefined
let asked: AbortController | undefined
let changed: () => void = () => {}

/** Whether a hidden tab keeps its connection. */
export function keepsVigil(): boolean {
  return held && wanted()
}

/** Begins; `onChange` is called when {@link keepsVigil} may have changed. The returned function ends it. */
export function startVigil(onChange: () => void): () => void {
  changed = onChange
  const unsubscribe = [sessionStore.subscribe(consider), onPreferences(consider)]
  document.addEventListener('visibilitychange', consider)
  consider()
  return () => {
    for (const end of unsubscribe) end()
    document.removeEventListener('visibilitychange', consider)
    changed = () => {}
    leave()
  }
}

function wanted(): boolean {
  if (preferences().notify) return true
  for (const session of sessionStore.get().byId.values()) if (session.activity === 'running') return true
  return false
}

function consider(): void {
  const hidden = document.visibilityState === 'hidden'
  if (hidden && wanted()) take()
  else if (asked) leave()
}

function take(): void {
  // Without locks nobody knows of the other tabs: the tab listens no longer than before.
  if (asked || !navigator.locks) return
  const own = new AbortController()
  asked = own
  navigator.locks
    .request(LOCK, { signal: own.signal }, () => {
      if (own.signal.aborted) return undefined
      held = true
      changed()
      return new Promise<void>((done) => {
        release = done
      })
    })
    // Given up before it came.
    .catch(() => undefined)
}

function leave(): void {
  asked?.abort()
  asked = undefined
  release?.()
  release = undefined
  if (!held) return
  held = false
  changed()
}
