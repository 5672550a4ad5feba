/** One session in the list: a link, its state, and its actions on hover and focus. */
import { Ellipsis, Pin } from 'lucide-react'
import { memo, useId, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../i18n'
import { type Session, tagsOf, useIsUnread } from '../../state'
import { IconButton } from '../../ui/button'
import { StateMark } from '../../ui/pill'
import { startDrag } from './drag'
import { SessionActions } from './session-actions'
import { deleteWithUndo, rename, titleOf } from './session-commands'
import { TitleField } from './title-field'
import './session-row.css'

export interface SessionRowProps {
  session: Session
  /** It stands below its folder. */
  filed: boolean
  active: boolean
  /** The one row that Tab reaches; the arrows move it. */
  tabbable: boolean
  /** It was opened: a drawer may close. */
  onOpen: () => void
  onGone: (id: string) => void
  onBack: (id: string) => void
}

export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { session, filed, active, tabbable, onOpen, onGone, onBack } = props
  const t = useWords()
  const [renaming, setRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const title = titleOf(session)
  const tags = tagsOf(session)
  const unread = useIsUnread(session) && !active
  const about = useId()
  const described = [
    unread ? t('shelf.unread') : '',
    tags.length > 0 ? t('shelf.taggedWith', { tags: tags.join(', ') }) : '',
  ].filter(Boolean)

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
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu moves it by keyboard
    <div
      className="session-row"
      data-active={active || undefined}
      data-filed={filed || undefined}
      data-unread={unread || undefined}
      draggable
      onDragStart={(event) => startDrag(event, [session.id])}
    >
      <Link
        ref={link}
        href={`/s/${session.id}`}
        className="session-row__link"
        aria-current={active ? 'page' : undefined}
        tabIndex={tabbable ? 0 : -1}
        data-session={session.id}
        data-line={session.id}
        aria-describedby={described.length > 0 ? about : undefined}
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
        <TagChips tags={tags} />
        {session.activity === 'running' ? <StateMark tone="running" label={t('sessions.running')} /> : null}
        {session.activity === 'failed' ? <StateMark tone="failed" label={t('sessions.failedState')} /> : null}
        {unread && session.activity === 'idle' ? <span className="session-row__unread" aria-hidden /> : null}
      </Link>
      {described.length > 0 ? (
        <span id={about} hidden>
          {described.join('. ')}
        </span>
      ) : null}
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

/** Tags that stand in a row; the others are counted. */
const CHIPS = 2

function TagChips({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  return (
    <span className="session-row__tags" aria-hidden>
      {tags.slice(0, CHIPS).map((tag) => (
        <span key={tag} className="session-row__tag">
          {tag}
        </span>
      ))}
      {tags.length > CHIPS ? <span className="session-row__tag">+{tags.length - CHIPS}</span> : null}
    </span>
  )
}
