// Where a summary stands in for the messages above: how much it covers, what it says, and the way back.
import { FoldVertical } from 'lucide-react'
import { formatNumber, words as say, useWords } from '../../i18n'
import { Markdown } from '../../parts/markdown/markdown'
import { type ChatMessage, removeCompaction } from '../../state'
import { Button } from '../../ui/button'
import { Collapsible } from '../../ui/collapsible'
import { showToast } from '../../ui/toast'
import { attempt } from './attempt'
import { shortTime } from './times'
import { nameOf } from './trouble'
import './compaction.css'

export function CompactionEntry({ message }: { message: ChatMessage }) {
  const words = useWords()
  const made = message.metadata?.compaction
  if (!made) return null
  const [model, time] = [nameOf(made), shortTime(made.createdAt)]
  return (
    <section className="compaction" aria-label={words('compaction.label')}>
      <div className="compaction__line">
        <FoldVertical size={13} aria-hidden />
        <p className="compaction__sum">
          {words('compaction.line', {
            count: made.messages,
            before: formatNumber(made.tokensBefore),
            after: formatNumber(made.tokensAfter),
          })}
        </p>
        <Button size="s" tone="quiet" onClick={() => void undo(message)}>
          {words('compaction.undo')}
        </Button>
      </div>
      <Collapsible summary={words('compaction.show')}>
        <div className="compaction__summary">
          <Markdown text={made.summary} done />
        </div>
        <p className="compaction__by">
          {words(made.trigger === 'manual' ? 'compaction.byHand' : 'compaction.byItself', { model, time })}
          {made.unread ? ` ${words('compaction.unread', { count: made.unread })}` : null}
        </p>
      </Collapsible>
    </section>
  )
}

async function undo(message: ChatMessage): Promise<void> {
  if (!(await attempt(removeCompaction(message.sessionId, message.id)))) return
  showToast({ title: say('compaction.undone'), description: say('compaction.undoneBody') })
}
