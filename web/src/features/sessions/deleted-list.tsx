/** What was deleted and can still be brought back, with the day on which it goes for good. */
import { Undo2 } from 'lucide-react'
import { useRef } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useWords } from '../../i18n'
import { purgedAt, type Session, useDeletedSessions } from '../../state'
import { Button } from '../../ui/button'
import { Nothing } from './nothing'
import { titleOf } from './session-commands'
import { restore } from './shelf-commands'
import { useToday } from './use-today'
import './shelf.css'

/** Lines from the end at which the next page is asked for. */
const AHEAD = 20

export function DeletedList() {
  const t = useWords()
  const sessions = useDeletedSessions(useToday())
  const scroller = useRef<HTMLElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const { items, hasMore, loadMore } = sessions
  const onScroll = () => {
    const handle = list.current
    if (!handle || !hasMore) return
    if (handle.findItemIndex(handle.scrollOffset + handle.viewportSize) >= items.length - AHEAD) loadMore()
  }
  return (
    <section ref={scroller} className="session-list" aria-label={t('shelf.deletedList')}>
      {items.length > 0 ? (
        <>
          <p className="deleted-note">{t('shelf.deletedNote')}</p>
          <Virtualizer ref={list} scrollRef={scroller} onScroll={onScroll} data={items}>
            {(session) => <DeletedRow key={session.id} session={session} />}
          </Virtualizer>
        </>
      ) : (
        <Nothing
          status={sessions.status}
          retry={sessions.retry}
          empty={{ title: t('shelf.deletedEmptyTitle'), body: t('shelf.deletedEmptyBody') }}
        />
      )}
    </section>
  )
}

function DeletedRow({ session }: { session: Session }) {
  const t = useWords()
  const title = titleOf(session)
  const day = new Date(purgedAt(session.deletedAt ?? 0)).toLocaleDateString(undefined, {
    dateStyle: 'medium',
  })
  return (
    <div className="deleted-row">
      <div className="deleted-row__words">
        <span className="deleted-row__title" title={title}>
          {title}
        </span>
        <span className="deleted-row__day">{t('shelf.purged', { day })}</span>
      </div>
      <Button
        size="s"
        icon={<Undo2 size={14} aria-hidden />}
        aria-label={t('shelf.restoreOf', { title })}
        onClick={() => restore(session)}
      >
        {t('shelf.restore')}
      </Button>
    </div>
  )
}
