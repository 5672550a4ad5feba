/** The menu of what one can do with a session; the same in the list and in the header. */
import {
  Archive,
  BookOpenText,
  Copy,
  FileBraces,
  FileText,
  FolderInput,
  GitBranch,
  Pencil,
  Pin,
  PinOff,
  Printer,
  Tag,
  Trash2,
} from 'lucide-react'
import { type ReactElement, useState } from 'react'
import { useWords } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import { runAction, useAction } from '../../parts/actions/use-action'
import { type Session, tagsOf } from '../../state'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu'
import { FolderDialog } from './folder-dialog'
import {
  deleteWithUndo,
  duplicate,
  exportAs,
  fork,
  titleOf,
  toggleArchive,
  togglePin,
} from './session-commands'
import { moveTo, setTags } from './shelf-commands'
import { TagsDialog } from './tags-dialog'

export interface SessionActionsProps {
  session: Session
  trigger: ReactElement<Record<string, unknown>>
  align?: 'start' | 'end'
  /** Whether its keys are shown: only where they act on this session. */
  withKeys?: boolean
  onRename: () => void
  /** Opens its instructions. Absent: they can't be opened from here. */
  onInstructions?: () => void
  /** It left the list by deletion or archiving. */
  onGone: () => void
  /** Undo brought it back. */
  onBack: () => void
  /** A copy was made, with this id. */
  onFork: (id: string) => void
}

export function SessionActions(props: SessionActionsProps) {
  const {
    session,
    trigger,
    align = 'start',
    withKeys = false,
    onRename,
    onInstructions,
    onGone,
    onBack,
    onFork,
  } = props
  const t = useWords()
  const deleteKeys = useKeyNames('deleteSession')
  const [dialog, setDialog] = useState<'move' | 'tags'>()
  useAction('moveSession', () => setDialog('move'), withKeys)
  useAction('tagSession', () => setDialog('tags'), withKeys)
  useAction('duplicate', () => duplicate(session, onFork), withKeys)
  return (
    <>
      <Menu trigger={trigger} align={align}>
        <MenuItem
          icon={<Pencil size={15} aria-hidden />}
          onSelect={onRename}
          {...(withKeys ? {} : { keys: ['F2'] })}
        >
          {t('sessions.rename')}
        </MenuItem>
        {onInstructions ? (
          <MenuItem icon={<BookOpenText size={15} aria-hidden />} onSelect={onInstructions}>
            {t('presets.instructions')}
          </MenuItem>
        ) : null}
        <MenuItem
          icon={session.pinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
          onSelect={() => togglePin(session)}
        >
          {session.pinned ? t('sessions.unpin') : t('sessions.pin')}
        </MenuItem>
        <MenuItem icon={<FolderInput size={15} aria-hidden />} onSelect={() => setDialog('move')}>
          {t('shelf.move')}
        </MenuItem>
        <MenuItem icon={<Tag size={15} aria-hidden />} onSelect={() => setDialog('tags')}>
          {t('shelf.editTags')}
        </MenuItem>
        <MenuItem
          icon={<Archive size={15} aria-hidden />}
          onSelect={() => {
            if (!session.archived) onGone()
            toggleArchive(session, onBack)
          }}
        >
          {session.archived ? t('sessions.unarchive') : t('sessions.archive')}
        </MenuItem>
        <MenuItem icon={<GitBranch size={15} aria-hidden />} onSelect={() => fork(session, onFork)}>
          {t('sessions.fork')}
        </MenuItem>
        <MenuItem icon={<Copy size={15} aria-hidden />} onSelect={() => duplicate(session, onFork)}>
          {t('shelf.duplicate')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<FileText size={15} aria-hidden />} onSelect={() => exportAs(session, 'markdown')}>
          {t('sessions.exportMarkdown')}
        </MenuItem>
        <MenuItem icon={<FileBraces size={15} aria-hidden />} onSelect={() => exportAs(session, 'json')}>
          {t('sessions.exportJson')}
        </MenuItem>
        {withKeys ? (
          <MenuItem icon={<Printer size={15} aria-hidden />} onSelect={() => runAction('print')}>
            {t('sessions.print')}
          </MenuItem>
        ) : null}
        <MenuSeparator />
        <MenuItem
          icon={<Trash2 size={15} aria-hidden />}
          tone="danger"
          {...(withKeys ? { keys: deleteKeys } : {})}
          onSelect={() => {
            onGone()
            deleteWithUndo(session, onBack)
          }}
        >
          {t('sessions.delete')}
        </MenuItem>
      </Menu>
      {dialog === 'move' ? (
        <FolderDialog
          sessions={[session]}
          onClose={() => setDialog(undefined)}
          onChoose={(folder) => moveTo([session], folder)}
        />
      ) : null}
      {dialog === 'tags' ? (
        <TagsDialog
          title={t('shelf.tagsOf', { title: titleOf(session) })}
          tags={tagsOf(session)}
          onClose={() => setDialog(undefined)}
          onSave={(tags) => setTags(session, tags)}
        />
      ) : null}
    </>
  )
}
