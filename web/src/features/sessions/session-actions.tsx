/** The menu of what one can do with a session; the same in the list and in the header. */
import {
  Archive,
  BookOpenText,
  FileBraces,
  FileText,
  GitBranch,
  Pencil,
  Pin,
  PinOff,
  Trash2,
} from 'lucide-react'
import type { ReactElement } from 'react'
import { useWords } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import type { Session } from '../../state'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu'
import { deleteWithUndo, exportAs, fork, toggleArchive, togglePin } from './session-commands'

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
  return (
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
      <MenuSeparator />
      <MenuItem icon={<FileText size={15} aria-hidden />} onSelect={() => exportAs(session, 'markdown')}>
        {t('sessions.exportMarkdown')}
      </MenuItem>
      <MenuItem icon={<FileBraces size={15} aria-hidden />} onSelect={() => exportAs(session, 'json')}>
        {t('sessions.exportJson')}
      </MenuItem>
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
  )
}
