// Under the conversation: a summary that a person began, while it is made and when it could not be.
import { TriangleAlert } from 'lucide-react'
import { useWords } from '../../i18n'
import { cancelCompaction, compactSession, useSessionMeta } from '../../state'
import { Button } from '../../ui/button'
import { WorkingDot } from '../../ui/working-dot'
import { attempt } from './attempt'
import './compaction.css'

export function CompactionBar({ sessionId }: { sessionId: string }) {
  const words = useWords()
  const compacting = useSessionMeta(sessionId)?.compacting
  const byHand = compacting?.trigger === 'manual' ? compacting : undefined
  return (
    <div className="compaction-bar" role="status" data-failed={byHand?.failure ? true : undefined}>
      {byHand && !byHand.failure ? (
        <>
          <WorkingDot />
          <span>{words('compaction.running')}</span>
          <Button size="s" onClick={() => void attempt(cancelCompaction(sessionId))}>
            {words('compaction.stop')}
          </Button>
        </>
      ) : null}
      {byHand?.failure ? (
        <>
          <TriangleAlert size={14} aria-hidden />
          <span>{words('compaction.failed', { reason: byHand.failure })}</span>
          <Button size="s" onClick={() => void attempt(compactSession(sessionId))}>
            {words('compaction.again')}
          </Button>
        </>
      ) : null}
    </div>
  )
}
