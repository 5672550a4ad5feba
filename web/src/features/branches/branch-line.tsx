/** A line of the map: who said what, when, by which model, and whether it is shown. */
import { ChevronRight } from 'lucide-react'
import { formatTime, useWords } from '../../i18n'
import type { TreeMessage } from '../../state'
import type { MapLine, MessageLine } from './lines'

/** Levels that move in; what is deeper stands where these end, and says its level to screen readers. */
const DEEPEST = 8
const WHEN = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const

export interface BranchLineProps {
  line: MapLine
  pointed: boolean
  onAct: () => void
}

export function BranchLine({ line, pointed, onAct }: BranchLineProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the tree has the focus and the keys
    <div
      id={`branch-${line.key}`}
      className="branch-line"
      role="treeitem"
      aria-level={line.level}
      aria-posinset={line.position}
      aria-setsize={line.count}
      aria-selected={pointed}
      {...(line.kind === 'run' ? { 'aria-expanded': line.open } : {})}
      {...(line.kind === 'message' && line.leaf ? { 'aria-current': 'true' as const } : {})}
      data-active={line.active || undefined}
      data-run={line.kind === 'run' || undefined}
      style={{ '--level': Math.min(line.level - 1, DEEPEST) } as React.CSSProperties}
      onClick={onAct}
    >
      <span className="branch-line__mark" aria-hidden />
      {line.kind === 'run' ? <Run line={line} /> : <Message line={line} />}
    </div>
  )
}

function Run({ line }: { line: Extract<MapLine, { kind: 'run' }> }) {
  const t = useWords()
  return (
    <span className="branch-line__run">
      <ChevronRight size={13} aria-hidden data-open={line.open || undefined} />
      {t('branches.run', { count: line.messages.length })}
      {line.active ? <span className="visually-hidden">, {t('branches.active')}</span> : null}
    </span>
  )
}

function Message({ line }: { line: MessageLine }) {
  const t = useWords()
  const { message, version, active } = line
  const who = t(message.role === 'user' ? 'thread.you' : 'thread.cowork')
  const facts = [
    who,
    version ? t('branches.version', version) : '',
    message.modelId ?? '',
    formatTime(message.createdAt, WHEN),
    message.status === 'done' ? '' : t(`branches.status.${message.status}`),
  ]
  return (
    <span className="branch-line__words">
      <span className="branch-line__preview" dir="auto" data-quiet={wordsOf(message) ? undefined : true}>
        {wordsOf(message) || t(message.deleted ? 'branches.deleted' : 'branches.noText')}
      </span>
      <span className="branch-line__facts">
        {facts.filter(Boolean).join(' · ')}
        {active ? <span className="visually-hidden">, {t('branches.active')}</span> : null}
      </span>
    </span>
  )
}

function wordsOf({ deleted, preview }: TreeMessage): string {
  return deleted ? '' : preview
}
