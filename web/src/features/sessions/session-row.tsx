/** One session in the list: a link, its state, and its actions on hover and focus. */
import { Ellipsis, Pin } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../i18n'
import type { Session } from '../../state'
import { IconButton } from '../../ui/button'
import { StateMark } from '../../ui/pill'
import { SessionActions } from './session-actions'
import { deleteWithUndo, rename, titleOf } from './session-commands'
import { TitleField } from './title-field'
import './session-row.css'

export interface SessionRowProps {
  session: Session
  active: boolean
  /** The one row that Tab reaches; the arrows move it. */
  tabbable: boolean
  /** It was opened: a drawer may close. */
  onOpen: () => void
  onGone: (id: string) => void
  onBack: (id: string) => void
}

export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { session, active, tabbable, onOpen, onGone, onBack } = props
  const t = useWords()
  const [renaming, setRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const title = titleOf(session)

  if (renaming) {
    return (
      <div className="session-row session-row--renaming">
        <TitleField
          title={session.title}
          onSave={(wanted) => rename(session, wanted)}
          onEnd={(byKey) => {
            setRenaming(false)
            if (byKey) requestAnimationFrame(() => link.current?.focus())
          }}
        />
      </div>
    )
  }

  const goneByKey = () => {
    onGone(session.id)
    deleteWithUndo(session, () => onBack(session.id))
  }

  return (
    <div className="session-row" data-active={active || undefined}>
      <Link
        ref={link}
        href={`/s/${session.id}`}
        className="session-row__link"
        aria-current={active ? 'page' : undefined}
        tabIndex={tabbable ? 0 : -1}
        data-session={session.id}
        title={title}
        draggable={false}
        onClick={onOpen}
        onDoubleClick={() => setRenaming(true)}
        onKeyDown={(press) => {
          if (press.key === 'F2') setRenaming(true)
          else if (press.key === 'Delete') goneByKey()
          else return
          press.preventDefault()
        }}
      >
        {session.pinned ? <Pin className="session-row__pin" size={13} aria-hidden /> : null}
        <span className="session-row__title" dir="auto">
          {title}
        </span>
        {session.activity === 'running' ? <StateMark tone="running" label={t('sessions.running')} /> : null}
        {session.activity === 'failed' ? <StateMark tone="failed" label={t('sessions.failedState')} /> : null}
      </Link>
      <SessionActions
        session={session}
        onRename={() => setRenaming(true)}
        onGone={() => onGone(session.id)}
        onBack={() => onBack(session.id)}
        onFork={onBack}
        trigger={
          <IconButton
            size="s"
            label={t('sessions.more', { title })}
            className="session-row__more"
            tabIndex={tabbable ? 0 : -1}
          >
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      />
    </div>
  )
})
