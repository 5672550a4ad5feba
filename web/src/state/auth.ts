// Who this tab is to the server: the token, how it came, and when it went.
//
// Always true: the token lives in sessionStorage and in no cookie; a start link's code leaves the address bar before it
// is used; a tab without a token asks the open ones, and answers them when it has one.
import { setCredentials } from '../api/client'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import { startConnection, stopConnection } from './connection'
import { forgetModels } from './models'
import { startOutbox } from './outbox'
import { forgetPresets } from './presets'
import { forgetProviders } from './providers'
import { noSessions } from './session-list'
import { sessionStore } from './sessions'
import { forgetSettings } from './settings'
import { Store, useStore } from './store'
import { forgetThreads } from './threads'

const TOKEN_KEY = 'cowork.token'
const CHANNEL = 'cowork.auth'
/** How long an open tab may take to answer. */
const ASK_MS = 400

export interface Auth {
  status: 'checking' | 'signed-in' | 'signed-out'
  /** Why the last code did not do. */
  problem: ApiError | undefined
  /** Takes a code or a whole start link. Never rejects: the outcome is in `status` and `problem`. */
  exchange(codeOrLink: string): Promise<void>
  signOut(): void
}

type ChannelMessage = { kind: 'ask' } | { kind: 'token'; token: string }

const authStore = new Store<Auth>({ status: 'checking', problem: undefined, exchange, signOut })
let channel: BroadcastChannel | undefined

export function useAuth(): Auth {
  return useStore(authStore)
}

/**
 * Begins, once, before the first render: uses the start link's code, the token of this tab, or another tab's.
 *
 * The returned function ends it.
 */
export function startState(): () => void {
  setCredentials({ token, onUnauthorized: signOut })
  channel = openChannel()
  window.addEventListener('hashchange', takeCode)
  if (!takeCode()) {
    if (token()) signedIn()
    else void askTabs()
  }
  return () => {
    window.removeEventListener('hashchange', takeCode)
    channel?.close()
    channel = undefined
    stopConnection()
  }
}

/** Uses the code of `#code=…` if the address has one; it is gone from the address when this returns. */
function takeCode(): boolean {
  const code = codeIn(location.hash)
  if (!code) return false
  history.replaceState(history.state, '', location.pathname + location.search)
  void exchange(code)
  return true
}

/** The code of a start link, or the text itself when it is no link. */
export function codeIn(text: string): string {
  const trimmed = text.trim()
  const hash = trimmed.indexOf('#')
  if (hash < 0) return trimmed
  return new URLSearchParams(trimmed.slice(hash + 1)).get('code')?.trim() ?? ''
}

async function exchange(codeOrLink: string): Promise<void> {
  const code = codeIn(codeOrLink)
  try {
    const { token } = await api.exchange(code)
    sessionStorage.setItem(TOKEN_KEY, token)
    signedIn()
  } catch (error) {
    // A used link that is opened again in a tab that is signed in changes nothing.
    if (token()) {
      signedIn()
      return
    }
    const problem = error instanceof ApiError ? error : ApiError.network()
    authStore.update((auth) => ({ ...auth, status: 'signed-out', problem }))
  }
}

function signOut(): void {
  if (authStore.get().status === 'signed-out') return
  sessionStorage.removeItem(TOKEN_KEY)
  stopConnection()
  forgetThreads()
  forgetModels()
  forgetPresets()
  forgetProviders()
  forgetSettings()
  sessionStore.set(noSessions)
  authStore.update((auth) => ({ ...auth, status: 'signed-out', problem: undefined }))
}

function signedIn(): void {
  authStore.update((auth) => ({ ...auth, status: 'signed-in', problem: undefined }))
  void startConnection()
  startOutbox()
}

function token(): string | null {
  return sessionStorage.getItem(TOKEN_KEY)
}

async function askTabs(): Promise<void> {
  channel?.postMessage({ kind: 'ask' } satisfies ChannelMessage)
  await new Promise((resolve) => setTimeout(resolve, ASK_MS))
  authStore.update((auth) => (auth.status === 'checking' ? { ...auth, status: 'signed-out' } : auth))
}

function openChannel(): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined
  const opened = new BroadcastChannel(CHANNEL)
  opened.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
    const own = token()
    if (data.kind === 'ask' && own) {
      opened.postMessage({ kind: 'token', token: own } satisfies ChannelMessage)
    } else if (data.kind === 'token' && !own) {
      sessionStorage.setItem(TOKEN_KEY, data.token)
      signedIn()
    }
  }
  return opened
}
