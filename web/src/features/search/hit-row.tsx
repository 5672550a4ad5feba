/** One line of the search: a session, or what was found with where it stands. */
import { Archive, FileText, GitBranch, MessageSquare, MessagesSquare } from 'lucide-react'
import { formatTime, useWords } from '../../i18n'
import type { SearchItem, Session } from '../../state'
import { pieces } from './pieces'

export function SessionRow({ session }: { session: Session }) {
  const t = useWords()
  return (
    <span className="search__row">
      <MessagesSquare size={15} aria-hidden className="search__icon" />
      <span className="search__title">{session.title || t('app.untitled')}</span>
      <Day at={session.updatedAt} />
    </span>
  )
}

export function HitRow({ item }: { item: SearchItem }) {
  const t = useWords()
  const isTitle = item.kind === 'title'
  const Icon = isTitle ? MessagesSquare : item.kind === 'attachment' ? FileText : MessageSquare
  return (
    <span className="search__row">
      <Icon size={15} aria-hidden className="search__icon" />
      <span className="search__text">
        <span className="search__line">
          <span className="search__title">
            {isTitle ? <Marked item={item} /> : item.sessionTitle || t('app.untitled')}
          </span>
          {item.archived ? (
            <Badge icon={<Archive size={12} aria-hidden />} label={t('search.isArchived')} />
          ) : null}
          {item.onActiveBranch ? null : (
            <Badge icon={<GitBranch size={12} aria-hidden />} label={t('search.otherBranch')} />
          )}
          <Day at={item.createdAt} />
        </span>
        {isTitle ? null : (
          <span className="search__snippet">
            <span className="search__who">{t(item.role === 'user' ? 'thread.you' : 'thread.cowork')}: </span>
            <Marked item={item} />
          </span>
        )}
      </span>
    </span>
  )
}

function Marked({ item }: { item: SearchItem }) {
  return pieces(item.snippet).map(({ text, hit, at }) =>
    hit ? (
      <mark key={at} className="search__mark">
        {text}
      </mark>
    ) : (
      <span key={at}>{text}</span>
    ),
  )
}

function Badge({ icon, label }: { icon: React.ReactNode; label: string }) {
  return (
    <span className="search__badge">
      {icon}
      {label}
    </span>
  )
}

const DAY = { year: 'numeric', month: 'short', day: 'numeric' } as const

function Day({ at }: { at: number }) {
  return (
    <time className="search__day" dateTime={new Date(at).toISOString()}>
      {formatTime(at, DAY)}
    </time>
  )
}
