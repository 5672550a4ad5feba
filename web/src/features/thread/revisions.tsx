// The texts that a message had before it was edited, the newest first; each can be taken back, which is one more edit.
import { useState } from 'react'
import { useWords } from '../../i18n'
import { type ChatMessage, editMessage, type Revision, useRevisions } from '../../state'
import { Button } from '../../ui/button'
import { showToast } from '../../ui/toast'
import { attempt } from './attempt'
import { lineChanges } from './line-changes'
import { useRowActions } from './row-context'
import { shortTime } from './times'
import './revisions.css'

export function Revisions({ message, onRestored }: { message: ChatMessage; onRestored: () => void }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const { value, problem, again } = useRevisions(sessionId, message.id, message.revision)
  const [busy, setBusy] = useState(false)
  const restore = async (text: string) => {
    setBusy(true)
    const worked = await attempt(editMessage(sessionId, message.id, text, { regenerate: false }))
    setBusy(false)
    if (!worked) return
    showToast({ title: words('revisions.restored') })
    onRestored()
  }
  if (problem) {
    return (
      <div className="revisions__note" role="alert">
        <p>{words('revisions.failed', { reason: problem.detail })}</p>
        <Button onClick={again}>{words('revisions.again')}</Button>
      </div>
    )
  }
  if (!value) {
    return (
      <p className="revisions__note" role="status">
        {words('revisions.loading')}
      </p>
    )
  }
  return (
    <>
      <p className="revisions__legend">{words(value.length === 0 ? 'revisions.none' : 'revisions.legend')}</p>
      <ol className="revisions" reversed>
        {value.toReversed().map((revision) => (
          <Entry
            key={revision.revision}
            revision={revision}
            now={message.content}
            busy={busy}
            onRestore={() => void restore(revision.content)}
          />
        ))}
      </ol>
      <p className="revisions__bound">{words('revisions.bound')}</p>
    </>
  )
}

interface EntryProps {
  revision: Revision
  /** The text that the message has. */
  now: string
  busy: boolean
  onRestore: () => void
}

function Entry({ revision, now, busy, onRestore }: EntryProps) {
  const words = useWords()
  const same = revision.content === now
  const label = words('revisions.label', {
    number: revision.revision,
    time: shortTime(revision.replacedAt),
  })
  return (
    <li className="revision">
      <div className="revision__head">
        <h3 className="revision__label">{label}</h3>
        {same ? (
          <span className="revision__same">{words('revisions.same')}</span>
        ) : (
          <Button
            size="s"
            disabled={busy}
            aria-label={`${words('revisions.restore')}: ${label}`}
            onClick={onRestore}
          >
            {words('revisions.restore')}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="revision__text" dir="auto" aria-label={label} tabIndex={0}>
        {same
          ? revision.content
          : lineChanges(now, revision.content).map(({ kind, text }, index) => {
              const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span'
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                <Line key={index} className={`revision__line revision__line--${kind}`}>
                  {text === '' ? '\u00a0' : text}
                </Line>
              )
            })}
      </section>
    </li>
  )
}
