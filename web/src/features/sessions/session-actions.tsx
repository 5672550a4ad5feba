/** The menu of what one can do with a session; the same in the list and in the header. */
import { Archive, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { useWords } from '../../i18n'
import { keyNames, shortcut } from '../../parts/shortcuts/shortcuts'
import type { Session } from '../../state'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu'
import { deleteWithUndo, toggleArchive, togglePin } from './session-commands'

export interface SessionActionsProps {
  session: Session
  trigger: ReactElement<Record<string, unknown>>
  align?: 'start' | 'end'
  /** Whether its keys are shown: only where they act on this session. */
  withKeys?: boolean
  onRename: () => void
  /** It left the list by deletion or archiving. */
  onGone: () => void
  /** Undo brought it back. */
  onBack: () => void
}

export function SessionActions(props: SessionActionsProps) {
  const { session, trigger, align = 'start', withKeys = false, onRename, onGone, onBack } = props
  const t = useWords()
  return (
    <Menu trigger={trigger} align={align}>
      <MenuItem
        icon={<Pencil size={15} aria-hidden />}
        onSelect={onRename}
        {...(withKeys ? {} : { keys: ['F2'] })}
      >
        {t('sessions.rename')}
      </MenuItem>
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
      <MenuSeparator />
      <MenuItem
        icon={<Trash2 size={15} aria-hidden />}
        tone="danger"
        {...(withKeys ? { keys: keyNames(shortcut('deleteSession').combination) } : {})}
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
