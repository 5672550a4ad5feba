/** What is done with all that are selected, and how far it is. */
import { Archive, FolderInput, Pin, PinOff, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import type { Session } from '../../state'
import { IconButton } from '../../ui/button'
import { FolderDialog } from './folder-dialog'
import { bulk, type Progress } from './shelf-commands'
import { TagsDialog } from './tags-dialog'
import './shelf.css'

export interface BulkBarProps {
  sessions: readonly Session[]
  /** Archived ones are not archived again. */
  archived: boolean
  /** The session on screen. */
  activeId: string | null
  onGone: (id: string) => void
  /** Undo brought the session back that was on screen. */
  onBack: (id: string) => void
  /** Those that are left selected: with these it could not be done. */
  onDone: (left: readonly Session[]) => void
  onEnd: () => void
}

export function BulkBar({ sessions, archived, activeId, onGone, onBack, onDone, onEnd }: BulkBarProps) {
  const t = useWords()
  const [dialog, setDialog] = useState<'move' | 'tags'>()
  const [progress, setProgress] = useState<{ tried: number; of: number }>()
  const run = async (act: (onStep: Progress) => Promise<Session[]>) => {
    setProgress({ tried: 0, of: sessions.length })
    onDone(await act((tried, of) => setProgress({ tried, of })))
    setProgress(undefined)
  }
  const allPinned = sessions.length > 0 && sessions.every((session) => session.pinned)
  const none = sessions.length === 0
  const off = none || progress !== undefined
  const away = () => {
    for (const session of sessions) onGone(session.id)
    // Undo leads back to where one was.
    return ({ id }: Session) => {
      if (id === activeId) onBack(id)
    }
  }
  const button = (label: string, icon: React.ReactNode, onClick: () => void) => (
    <IconButton
      size="s"
      label={label}
      disabled={off}
      {...(none ? { hint: t('shelf.bulk.none') } : {})}
      onClick={onClick}
    >
      {icon}
    </IconButton>
  )
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t('shelf.bulk.bar')}>
      <span className="bulk-bar__count" role="status">
        {progress
          ? t('shelf.bulk.progress', { tried: progress.tried, of: progress.of })
          : t('shelf.bulk.selected', { count: sessions.length })}
      </span>
      {button(
        allPinned ? t('sessions.unpin') : t('sessions.pin'),
        allPinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />,
        () => void run((onStep) => bulk.pin(sessions, !allPinned, onStep)),
      )}
      {archived
        ? null
        : button(t('sessions.archive'), <Archive size={15} aria-hidden />, () => {
            const back = away()
            void run((onStep) => bulk.archive(sessions, onStep, back))
          })}
      {button(t('shelf.move'), <FolderInput size={15} aria-hidden />, () => setDialog('move'))}
      {button(t('shelf.addTags'), <Tag size={15} aria-hidden />, () => setDialog('tags'))}
      {button(t('sessions.delete'), <Trash2 size={15} aria-hidden />, () => {
        const back = away()
        void run((onStep) => bulk.delete(sessions, onStep, back))
      })}
      <IconButton size="s" label={t('shelf.bulk.end')} onClick={onEnd}>
        <X size={15} aria-hidden />
      </IconButton>
      {dialog === 'move' ? (
        <FolderDialog
          sessions={sessions}
          onClose={() => setDialog(undefined)}
          onChoose={(folder) => void run((onStep) => bulk.move(sessions, folder, onStep))}
        />
      ) : null}
      {dialog === 'tags' ? (
        <TagsDialog
          title={t('shelf.addTags')}
          tags={[]}
          onClose={() => setDialog(undefined)}
          onSave={(tags) => void run((onStep) => bulk.tag(sessions, tags, onStep))}
        />
      ) : null}
    </div>
  )
}
