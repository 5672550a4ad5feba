// Answers that end while the page is out of sight, for whoever tells of them.
//
// Always true: an answer is told once, and only if it was seen running; one that was stopped is not news.
import { api } from '../api/routes'
import type { Session } from '../api/types'
import { sessionStore } from './sessions'

export interface EndedAnswer {
  sessionId: string
  /** Empty: the session has none yet. */
  title: string
  failed: boolean
  /** The answer, or the reason of its failure; empty when it could not be asked for. */
  text: string
}

/** Tells of each answer that ends while the page is hidden. The returned function ends it. */
export function onAnswerEnded(tell: (ended: EndedAnswer) => void): () => void {
  let running = runningOf(sessionStore.get().byId)
  return sessionStore.subscribe(() => {
    const { byId } = sessionStore.get()
    const before = running
    running = runningOf(byId)
    if (document.visibilityState !== 'hidden') return
    for (const id of before) {
      const session = byId.get(id)
      if (session && session.activity !== 'running' && !session.deletedAt)
        void ended(session).then((news) => news && tell(news))
    }
  })
}

function runningOf(sessions: ReadonlyMap<string, Session>): ReadonlySet<string> {
  return new Set([...sessions.values()].filter(({ activity }) => activity === 'running').map(({ id }) => id))
}

async function ended(session: Session): Promise<EndedAnswer | undefined> {
  const failed = session.activity === 'failed'
  const told = { sessionId: session.id, title: session.title, failed }
  try {
    const { messages } = await api.chat(session.id, { limit: 2 })
    const answer = messages.findLast(({ role }) => role === 'assistant')
    if (answer?.status === 'canceled') return undefined
    return { ...told, text: (failed ? answer?.error?.message : answer?.content) ?? '' }
  } catch {
    return { ...told, text: '' }
  }
}
