// What is being done for an answer after a call failed: waiting for the next one, or asking another model.
import { useWords } from '../../i18n'
import { type ChatMessage, cancelMessage } from '../../state'
import { Button } from '../../ui/button'
import { WorkingDot } from '../../ui/working-dot'
import { attempt } from './attempt'
import { useRowActions } from './row-context'
import { type RouteState, routeState } from './trouble'
import { useSecondsUntil } from './use-seconds-until'

export function RouteLine({ message }: { message: ChatMessage }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const routing = message.metadata?.routing
  const seconds = useSecondsUntil(routing?.next?.at ?? 0)
  const state = routeState(routing, Date.now())
  if (!state) return null
  return (
    <div className="row__note row__route" aria-live="off">
      <span className="row__route-line">
        <WorkingDot />
        <span>{lineOf(state, seconds, words)}</span>
      </span>
      <Button size="s" onClick={() => void attempt(cancelMessage(sessionId, message.id))}>
        {words('thread.stop')}
      </Button>
    </div>
  )
}

/** The state as a sentence; `seconds` until the next call. */
export function lineOf(state: RouteState, seconds: number, words: ReturnType<typeof useWords>): string {
  const trouble = words(`trouble.${state.trouble}`)
  const { attempt: number, model } = state
  if (state.kind === 'waiting') {
    return state.other
      ? words('thread.waitOther', { trouble, model: state.model, seconds, attempt: number })
      : words('thread.waitAgain', { trouble, seconds, attempt: number })
  }
  if (!state.other) return words('thread.againNow', { trouble, attempt: number })
  return words('thread.otherNow', { trouble, model, attempt: number })
}
