// One message on the spine: who, when, by what, then its text and what can be done with it.
import { Columns2, Scissors } from 'lucide-react'
import { memo } from 'react'
import { useWords } from '../../i18n'
import {
  type MessageView,
  restoreMessage,
  setSideBySide,
  useCompared,
  useMessage,
  useRunning,
  useSideBySide,
} from '../../state'
import { Button } from '../../ui/button'
import { Answer } from './answer'
import { attempt } from './attempt'
import { BranchArrows } from './branch-arrows'
import { CompactionEntry } from './compaction-entry'
import { Comparison } from './comparison'
import { EditForm } from './edit-form'
import { MessageActions } from './message-actions'
import { Question } from './question'
import { useRowActions } from './row-context'
import { RowHeader } from './row-header'
import './message-row.css'

export interface MessageRowProps {
  sessionId: string
  id: string
  /** In the line of waiting answers, from 0; -1 when it does not wait. */
  place: number
  running: boolean
  /** In the loaded branch, from 1. */
  position: number
  /** -1 while not all of the branch is loaded. */
  count: number
  last: boolean
  /** Where J and K start from, and the row that Tab reaches. */
  current: boolean
  /** What was searched for is here. */
  found: boolean
  editing: boolean
}

export const MessageRow = memo((props: MessageRowProps) => {
  const view = useMessage(props.sessionId, props.id)
  return view ? <Row {...props} view={view} /> : null
})

function Row({ view, ...props }: MessageRowProps & { view: MessageView }) {
  const words = useWords()
  const { message } = view
  const { focus } = useRowActions()
  const { place, position, count, last, current, found } = props
  const { answers, group, beside } = useBeside(view, last)
  const compared = beside && !message.deletedAt && !props.editing
  return (
    <article
      className={`row row--${message.role}${compared ? ' row--compared' : ''}`}
      data-message={message.id}
      data-status={message.status}
      data-waiting={place >= 0 || undefined}
      data-last={last || undefined}
      data-found={found || undefined}
      aria-labelledby={`row-${message.id}`}
      aria-posinset={position}
      aria-setsize={count}
      tabIndex={current ? 0 : -1}
      onFocus={(event) => event.target === event.currentTarget && focus(message.id)}
    >
      {message.deletedAt ? null : <LeftOut message={message} />}
      <div className="row__gutter" aria-hidden="true">
        <span className="row__mark">
          {words(message.role === 'user' ? 'thread.you' : 'thread.cowork').slice(0, 1)}
        </span>
      </div>
      <div className="row__main">
        {message.deletedAt ? (
          <Deleted view={view} />
        ) : compared && group ? (
          <>
            <RowHeader message={message} compared={answers.length} />
            <Comparison group={group} answers={answers} active={message.id} place={place} last={last} />
          </>
        ) : (
          <Present view={view} {...props} group={group} />
        )}
      </div>
      {message.deletedAt ? null : <CompactionEntry message={message} />}
    </article>
  )
}

/**
 * With which answers this one is compared, and whether they are shown: as long as one of them runs, until one is chosen
 * or the conversation goes on, or again by wish.
 */
function useBeside({ message }: MessageView, last: boolean) {
  const answers = useCompared(message.sessionId, message.id)
  const group = answers.length > 0 ? message.metadata?.comparison?.group : undefined
  const wanted = useSideBySide(group)
  const running = useRunning(message.sessionId)
  const undecided = answers[0] === message.id && (last || answers.some((id) => running.includes(id)))
  return { answers, group, beside: group !== undefined && (wanted ?? undecided) }
}

interface PresentProps extends Omit<MessageRowProps, 'current' | 'found'> {
  view: MessageView
  /** The comparison it is part of. */
  group: string | undefined
}

function Present({ view, id, place, running, last, editing, group }: PresentProps) {
  const { message } = view
  const words = useWords()
  const { edit } = useRowActions()
  return (
    <>
      <RowHeader message={message} />
      {editing ? (
        <EditForm message={message} onEnd={() => edit(null)} />
      ) : message.role === 'user' ? (
        <div className="row__said">
          <Question view={view} />
        </div>
      ) : (
        <div className="row__said">
          <Answer message={message} place={place} running={running} last={last} />
        </div>
      )}
      <div className="row__foot">
        {view.branch ? <BranchArrows branch={view.branch} /> : null}
        {group ? (
          <Button
            size="s"
            tone="quiet"
            icon={<Columns2 size={14} aria-hidden />}
            onClick={() => setSideBySide(group, true)}
          >
            {words('compare.again')}
          </Button>
        ) : null}
        {editing || view.delivery ? null : (
          <MessageActions message={message} open={running || place >= 0} last={last} key={id} />
        )}
      </div>
    </>
  )
}

/** Above an answer: what of the conversation its model was not given. */
function LeftOut({ message }: { message: MessageView['message'] }) {
  const words = useWords()
  const { leftOut: count = 0, compactionFailure: reason } = message.metadata?.context ?? {}
  if (count === 0) return null
  return (
    <p className="row__left-out">
      <Scissors size={13} aria-hidden />
      <span>
        {words('thread.leftOut', { count })}
        {reason ? <span className="row__left-out-why">{words('compaction.notMade', { reason })}</span> : null}
      </span>
    </p>
  )
}

/** The place of a message that was deleted: its children keep theirs. */
function Deleted({ view }: { view: MessageView }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const { message } = view
  return (
    <p className="row__deleted" id={`row-${message.id}`}>
      {words('thread.deleted')}
      <Button size="s" tone="quiet" onClick={() => void attempt(restoreMessage(sessionId, message.id))}>
        {words('thread.undo')}
      </Button>
      {view.branch ? <BranchArrows branch={view.branch} /> : null}
    </p>
  )
}
