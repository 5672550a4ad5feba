// What the model said, or what it is doing instead: waiting, working, stopped, failed.
import { Info, TriangleAlert } from 'lucide-react'
import { useWords } from '../../i18n'
import { Markdown } from '../../parts/markdown/markdown'
import {
  type ChatMessage,
  cancelMessage,
  continueMessage,
  type LiveText,
  sendNow,
  useLiveText,
  useSessionMeta,
} from '../../state'
import { Button } from '../../ui/button'
import { Collapsible } from '../../ui/collapsible'
import { Pill } from '../../ui/pill'
import { WorkingDot } from '../../ui/working-dot'
import { again } from './again'
import { attempt } from './attempt'
import { FailureCard } from './failure-card'
import { RouteLine } from './route-line'
import { useRowActions } from './row-context'
import { finishOf, isOtherModel, nameOf } from './trouble'
import { useQuietSeconds } from './use-quiet-seconds'

interface AnswerProps {
  message: ChatMessage
  /** In the line of waiting answers, from 0; -1 when it does not wait. */
  place: number
  running: boolean
  last: boolean
}

export function Answer({ message, place, running, last }: AnswerProps) {
  const { sessionId } = useRowActions()
  const live = useLiveText(sessionId, message.id)
  const content = live?.content ?? message.content
  const reasoning = live?.reasoning ?? message.reasoning ?? ''
  const open = message.status === 'pending' || message.status === 'streaming'
  const routing = message.metadata?.routing
  // What was tried before an answer is continued is no news.
  const trying =
    Boolean(routing?.next) || (content === '' && Boolean(routing?.attempts?.some((one) => one.code)))
  return (
    <>
      <Notice message={message} />
      {reasoning ? <Reasoning text={reasoning} now={open && content === ''} /> : null}
      {content ? <Markdown text={content} done={!open} /> : null}
      {open && place >= 0 ? <Queued message={message} place={place} /> : null}
      {open && running && !trying ? <Working live={live} empty={content === '' && reasoning === ''} /> : null}
      {open && running && trying ? <RouteLine message={message} /> : null}
      {message.status === 'canceled' ? <Stopped message={message} last={last} /> : null}
      {message.status === 'error' ? <FailureCard message={message} last={last} /> : null}
      {message.status === 'done' && finishOf(message.metadata?.finishReason) === 'length' ? (
        <Cut message={message} last={last} />
      ) : null}
    </>
  )
}

/** That another model answered than the one asked for. */
function Notice({ message }: { message: ChatMessage }) {
  const words = useWords()
  const { fallbackNotice, providerId, modelId, content, status } = message
  const asked = message.metadata?.routing?.asked
  // Where nobody answered, the failure says it all.
  if (status === 'error' && content === '') return null
  if (fallbackNotice) {
    return (
      <p className="row__fallback">
        <TriangleAlert size={14} aria-hidden />
        <span>{fallbackNotice}</span>
      </p>
    )
  }
  if (!asked || !providerId || !modelId) return null
  if (asked.providerId === providerId && !isOtherModel(asked.modelId, modelId)) return null
  return (
    <p className="row__fallback row__fallback--quiet">
      <Info size={14} aria-hidden />
      <span>
        {words('thread.servedOther', { asked: nameOf(asked), served: nameOf({ providerId, modelId }) })}
      </span>
    </p>
  )
}

function Reasoning({ text, now }: { text: string; now: boolean }) {
  const words = useWords()
  const summary = (
    <>
      {words(now ? 'thread.reasoningNow' : 'thread.reasoning')}
      {now ? <WorkingDot /> : null}
    </>
  )
  return (
    <div className="row__reasoning">
      <Collapsible summary={summary}>
        <div className="row__thoughts" dir="auto">
          {text}
        </div>
      </Collapsible>
    </div>
  )
}

function Working({ live, empty }: { live: LiveText | undefined; empty: boolean }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const compacting = useSessionMeta(sessionId)?.compacting
  const quiet = useQuietSeconds(live)
  if (empty && compacting && !compacting.failure) {
    return (
      <p className="row__note row__working">
        <WorkingDot />
        {words('compaction.running')}
      </p>
    )
  }
  if (!empty && quiet === 0) return null
  return (
    <p className="row__note row__working">
      <WorkingDot />
      {quiet === 0 ? words('thread.starting') : words('thread.workingFor', { seconds: quiet })}
    </p>
  )
}

function Queued({ message, place }: { message: ChatMessage; place: number }) {
  const words = useWords()
  const { sessionId, edit } = useRowActions()
  const { parentId } = message
  return (
    <div className="row__note">
      <Pill tone="waiting">
        {place === 0 ? words('thread.queuedNext') : words('thread.queued', { place: place + 1 })}
      </Pill>
      <Button size="s" onClick={() => void attempt(sendNow(sessionId, message.id))}>
        {words('thread.sendNow')}
      </Button>
      {parentId ? (
        <Button size="s" tone="quiet" onClick={() => edit(parentId)}>
          {words('thread.edit')}
        </Button>
      ) : null}
      <Button size="s" tone="quiet" onClick={() => void attempt(cancelMessage(sessionId, message.id))}>
        {words('thread.drop')}
      </Button>
    </div>
  )
}

function Stopped({ message, last }: { message: ChatMessage; last: boolean }) {
  const words = useWords()
  return (
    <div className="row__note">
      <Pill tone="neutral">{words('thread.stopped')}</Pill>
      {message.content ? null : <span>{words('thread.stoppedEmpty')}</span>}
      <GoOn message={message} last={last} />
    </div>
  )
}

function Cut({ message, last }: { message: ChatMessage; last: boolean }) {
  const words = useWords()
  return (
    <div className="row__note">
      <span>{words('thread.cut')}</span>
      <GoOn message={message} last={last} />
    </div>
  )
}

/** An answer at the branch's end that did not come to its own end: go on with its text, or ask again. */
function GoOn({ message, last }: { message: ChatMessage; last: boolean }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const canContinue = last && message.content !== ''
  return (
    <>
      {canContinue ? (
        <Button size="s" onClick={() => void attempt(continueMessage(sessionId, message.id))}>
          {words('thread.continue')}
        </Button>
      ) : null}
      <Button
        size="s"
        tone={canContinue ? 'quiet' : 'plain'}
        onClick={() => void attempt(again(sessionId, message))}
      >
        {words('thread.retryAnswer')}
      </Button>
    </>
  )
}
