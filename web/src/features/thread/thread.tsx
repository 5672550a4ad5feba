// The conversation: loads it, says when it can't be shown, and hands its rows to the list.
import { useWords } from '../../i18n'
import { MarkdownHostContext } from '../../parts/markdown/host'
import { openFrame, useThread } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { WorkingDot } from '../../ui/working-dot'
import { Announcer } from './announcer'
import { CompactionBar } from './compaction-bar'
import { useCopyActions } from './copy-actions'
import { FindBar } from './find-bar'
import { MessageList } from './message-list'
import { useFinder, useMarked } from './use-finder'
import './thread.css'

/** What messages may reach beyond their text. */
const HOST = { openFrame }

export function Thread({ sessionId }: { sessionId: string }) {
  const words = useWords()
  const view = useThread(sessionId)
  useCopyActions(sessionId)
  const finder = useFinder(sessionId)
  const marks = useMarked(sessionId, finder)
  if (view.rows.length > 0) {
    return (
      <MarkdownHostContext value={HOST}>
        <MessageList key={sessionId} sessionId={sessionId} view={view} marks={marks}>
          {finder.open ? <FindBar finder={finder} /> : null}
        </MessageList>
        <CompactionBar sessionId={sessionId} />
        <Announcer sessionId={sessionId} running={view.running} />
      </MarkdownHostContext>
    )
  }
  return (
    <div className="thread thread--bare">
      {view.status === 'loading' ? (
        <p className="thread__note" role="status">
          <WorkingDot />
          {words('thread.loading')}
        </p>
      ) : null}
      {view.status === 'ready' ? <p className="thread__note">{words('thread.empty')}</p> : null}
      {view.status === 'error' ? (
        <EmptyState
          title={words('thread.failedTitle')}
          action={<Button onClick={view.retry}>{words('thread.retryLoad')}</Button>}
        >
          {view.problem?.detail}
        </EmptyState>
      ) : null}
      {view.status === 'missing' ? (
        <EmptyState title={words('thread.missingTitle')}>{words('thread.missingBody')}</EmptyState>
      ) : null}
    </div>
  )
}
