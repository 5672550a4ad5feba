/** What came of an import, in words. */
import { useWords } from '../../i18n'
import type { ImportedConversation, ImportReport } from '../../state'

export type Done = { report: ImportReport } | { name: string; failure: string }

export function Report({ done, onSession }: { done: Done; onSession: (id: string) => void }) {
  const t = useWords()
  if ('failure' in done) {
    return (
      <div className="portability__failure">
        <strong>{t('portability.failed', { name: done.name })}</strong>
        <p>{done.failure}</p>
      </div>
    )
  }
  const { imported, alreadyHere, refused, conversations } = done.report
  const sums = [
    t('portability.imported', { count: imported }),
    ...(alreadyHere > 0 ? [t('portability.here', { count: alreadyHere })] : []),
    ...(refused > 0 ? [t('portability.refused', { count: refused })] : []),
  ]
  return (
    <>
      <p className="portability__sums">{sums.join(' · ')}</p>
      <ul className="portability__list" aria-label={t('portability.report')}>
        {conversations.map((conversation, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes its order
          <Row key={place} conversation={conversation} onSession={onSession} />
        ))}
      </ul>
    </>
  )
}

function Row(props: { conversation: ImportedConversation; onSession: (id: string) => void }) {
  const { title, outcome, sessionId, messages, leftOut = [], reason } = props.conversation
  const t = useWords()
  const name = title || t('portability.untitled')
  const facts: string[] = [t(`portability.outcome.${outcome}`)]
  if (outcome !== 'refused') facts.push(t('portability.messages', { count: messages }))
  const what = leftOut.map(({ kind, count }) => t(`portability.kind.${kind}`, { count })).join(', ')
  return (
    <li className="portability__row">
      {sessionId ? (
        <a
          href={`/s/${sessionId}`}
          onClick={(event) => {
            event.preventDefault()
            props.onSession(sessionId)
          }}
        >
          {name}
        </a>
      ) : (
        <span>{name}</span>
      )}
      <span className="portability__quiet">{facts.join(', ')}</span>
      {what ? <p className="portability__quiet">{t('portability.leftOut', { what })}</p> : null}
      {reason ? <p className="portability__quiet">{reason}</p> : null}
    </li>
  )
}
