/**
 * The list of sessions: which view of it is shown, and what narrows it.
 *
 * Elsewhere: the lines themselves (`session-lines.tsx`); which sessions there are and how they are grouped (`state`); the
 * rail around it (`app`).
 */

import { Archive, ArrowLeft, CheckCheck, Tag, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import {
  useArchivedSessions,
  useFolders,
  useLabels,
  useListedSessions,
  useSessions,
  useTaggedSessions,
} from '../../state'
import { Button } from '../../ui/button'
import { ChoiceMenu } from '../../ui/menu'
import { DeletedList } from './deleted-list'
import { folderLines } from './lines'
import { SessionLines } from './session-lines'
import './session-list.css'

export interface SessionListProps {
  activeId: string | null
  onOpen: () => void
  onGone: (id: string) => void
  onBack: (id: string) => void
}

type View = 'open' | 'archived' | 'deleted'

/** The sessions, or the archived or deleted ones in their place; the ways there and back stand at the end. */
export function SessionList(props: SessionListProps) {
  const t = useWords()
  const [view, setView] = useState<View>('open')
  const [tag, setTag] = useState<string>()
  const [selecting, setSelecting] = useState(false)
  const show = (next: View) => {
    setView(next)
    setSelecting(false)
  }
  const shared = { ...props, selecting, onSelectEnd: () => setSelecting(false) }
  return (
    <div className="session-lists">
      {view === 'deleted' ? null : (
        <div className="session-lists__head">
          {view === 'open' ? <TagFilter tag={tag} onTag={setTag} /> : <span />}
          <Button
            tone="quiet"
            size="s"
            icon={<CheckCheck size={15} aria-hidden />}
            aria-pressed={selecting}
            onClick={() => setSelecting(!selecting)}
          >
            {t('shelf.select')}
          </Button>
        </div>
      )}
      {view === 'deleted' ? <DeletedList /> : null}
      {view === 'archived' ? <ArchivedSessions {...shared} /> : null}
      {view === 'open' && tag === undefined ? <OpenSessions {...shared} /> : null}
      {view === 'open' && tag !== undefined ? <TaggedSessions key={tag} tag={tag} {...shared} /> : null}
      <div className="session-lists__switch">
        {view === 'open' ? (
          <>
            <Button
              tone="quiet"
              size="s"
              icon={<Archive size={15} aria-hidden />}
              onClick={() => show('archived')}
            >
              {t('sessions.showArchived')}
            </Button>
            <Button
              tone="quiet"
              size="s"
              icon={<Trash2 size={15} aria-hidden />}
              onClick={() => show('deleted')}
            >
              {t('shelf.deletedList')}
            </Button>
          </>
        ) : (
          <Button
            tone="quiet"
            size="s"
            icon={<ArrowLeft size={15} aria-hidden />}
            onClick={() => show('open')}
          >
            {t('sessions.hideArchived')}
          </Button>
        )}
      </div>
    </div>
  )
}

const ALL_TAGS = '\0'

function TagFilter({ tag, onTag }: { tag: string | undefined; onTag: (tag: string | undefined) => void }) {
  const t = useWords()
  const { tags } = useLabels()
  if (tags.length === 0 && tag === undefined) return <span />
  const choices = tags.map(({ name, count }) => ({ value: name, label: name, aside: <span>{count}</span> }))
  return (
    <ChoiceMenu
      trigger={
        <Button
          tone="quiet"
          size="s"
          className="tag-filter"
          icon={<Tag size={14} aria-hidden />}
          data-on={tag !== undefined || undefined}
        >
          <span className="tag-filter__words">
            {tag === undefined ? t('shelf.allTags') : t('shelf.withTag', { tag })}
          </span>
        </Button>
      }
      groups={[
        { label: t('shelf.filter'), choices: [{ value: ALL_TAGS, label: t('shelf.allTags') }, ...choices] },
      ]}
      value={tag ?? ALL_TAGS}
      onChoose={(chosen) => onTag(chosen === ALL_TAGS ? undefined : chosen)}
    />
  )
}

type ViewProps = SessionListProps & { selecting: boolean; onSelectEnd: () => void }

function OpenSessions(props: ViewProps) {
  const t = useWords()
  const { folders } = useLabels()
  const opened = useFolders()
  const listed = useListedSessions()
  const above = useMemo(() => folderLines(folders, opened, listed), [folders, opened, listed])
  return (
    <SessionLines
      {...props}
      above={above}
      sessions={useSessions()}
      label={t('sessions.list')}
      empty={{ title: t('sessions.emptyTitle'), body: t('sessions.emptyBody') }}
    />
  )
}

function TaggedSessions({ tag, ...props }: ViewProps & { tag: string }) {
  const t = useWords()
  return (
    <SessionLines
      {...props}
      sessions={useTaggedSessions(tag)}
      label={t('shelf.taggedList', { tag })}
      empty={{ title: t('shelf.taggedEmptyTitle'), body: t('shelf.taggedEmptyBody') }}
    />
  )
}

function ArchivedSessions(props: ViewProps) {
  const t = useWords()
  return (
    <SessionLines
      {...props}
      archived
      sessions={useArchivedSessions()}
      label={t('sessions.archivedList')}
      empty={{ title: t('sessions.archivedEmptyTitle'), body: t('sessions.archivedEmptyBody') }}
    />
  )
}
