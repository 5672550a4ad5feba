/**
 * The list of sessions: grouped by time, virtual, one Tab stop with arrows inside.
 *
 * Elsewhere: which sessions there are and how they are grouped (`state`); the rail around it (`app`).
 */

import { Archive, ArrowLeft } from 'lucide-react'
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useWords } from '../../i18n'
import { groupSessions, type SessionsView, useArchivedSessions, useSessions } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { type Line, linesOf, moved } from './lines'
import { SessionRow } from './session-row'
import { useToday } from './use-today'
import './session-list.css'

/** Lines from the end at which the next page is asked for. */
const AHEAD = 20

export interface SessionListProps {
  activeId: string | null
  onOpen: () => void
  onGone: (id: string) => void
  onBack: (id: string) => void
}

/** The sessions, or the archived ones in their place; the switch between both stands at the end. */
export function SessionList(props: SessionListProps) {
  const t = useWords()
  const [archived, setArchived] = useState(false)
  return (
    <div className="session-lists">
      {archived ? <ArchivedSessions {...props} /> : <OpenSessions {...props} />}
      <div className="session-lists__switch">
        <Button
          tone="quiet"
          size="s"
          icon={archived ? <ArrowLeft size={15} aria-hidden /> : <Archive size={15} aria-hidden />}
          onClick={() => setArchived(!archived)}
        >
          {t(archived ? 'sessions.hideArchived' : 'sessions.showArchived')}
        </Button>
      </div>
    </div>
  )
}

function OpenSessions(props: SessionListProps) {
  const t = useWords()
  return (
    <Lines
      {...props}
      sessions={useSessions()}
      label={t('sessions.list')}
      empty={{ title: t('sessions.emptyTitle'), body: t('sessions.emptyBody') }}
    />
  )
}

function ArchivedSessions(props: SessionListProps) {
  const t = useWords()
  return (
    <Lines
      {...props}
      sessions={useArchivedSessions()}
      label={t('sessions.archivedList')}
      empty={{ title: t('sessions.archivedEmptyTitle'), body: t('sessions.archivedEmptyBody') }}
    />
  )
}

interface LinesProps extends SessionListProps {
  sessions: SessionsView
  label: string
  empty: Empty
}

interface Empty {
  title: string
  body: string
}

function Lines({ sessions, label, empty, activeId, onOpen, onGone, onBack }: LinesProps) {
  const t = useWords()
  const today = useToday()
  const lines = useMemo(() => linesOf(groupSessions(sessions.items, today)), [sessions.items, today])
  const scroller = useRef<HTMLElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const { focused, mounted, onKeyDown, onFocus } = useRovingFocus(lines, activeId, list, scroller)

  const { hasMore, loadMore } = sessions
  const onScroll = useCallback(() => {
    const handle = list.current
    if (!handle || !hasMore) return
    const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize)
    if (last >= lines.length - AHEAD) loadMore()
  }, [hasMore, loadMore, lines.length])

  return (
    <nav ref={scroller} className="session-list" aria-label={label} onKeyDown={onKeyDown} onFocus={onFocus}>
      {lines.length > 0 ? (
        <Virtualizer ref={list} scrollRef={scroller} onScroll={onScroll} keepMounted={mounted}>
          {lines.map((line, index) =>
            line.kind === 'heading' ? (
              <h2 key={line.key} className="session-list__heading">
                {t(`sessions.${line.key}`)}
              </h2>
            ) : (
              <SessionRow
                key={line.key}
                session={line.session}
                active={line.session.id === activeId}
                tabbable={index === focused}
                onOpen={onOpen}
                onGone={onGone}
                onBack={onBack}
              />
            ),
          )}
        </Virtualizer>
      ) : (
        <Nothing status={sessions.status} empty={empty} retry={sessions.retry} />
      )}
    </nav>
  )
}

function Nothing({
  status,
  empty,
  retry,
}: {
  status: SessionsView['status']
  empty: Empty
  retry: () => void
}) {
  const t = useWords()
  if (status === 'loading') {
    return (
      <p className="session-list__note session-list__note--late" role="status">
        {t('sessions.loading')}
      </p>
    )
  }
  if (status === 'error') {
    return (
      <div className="session-list__note">
        <p>{t('sessions.failed')}</p>
        <Button size="s" onClick={retry}>
          {t('sessions.retry')}
        </Button>
      </div>
    )
  }
  return (
    <div className="session-list__note">
      <EmptyState size="s" title={empty.title}>
        {empty.body}
      </EmptyState>
    </div>
  )
}

/** One row is reached by Tab: the focused one, else the active one, else the first. */
function useRovingFocus(
  lines: readonly Line[],
  activeId: string | null,
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const indexOf = (id: string | null) => (id === null ? -1 : lines.findIndex((line) => line.key === id))
  const candidates = [indexOf(chosen), indexOf(activeId), moved(lines, 0, 'Home') ?? -1]
  const focused = candidates.find((at) => at >= 0) ?? -1
  // The row that has the focus stays until the one that gets it is there: else the focus would fall to the page.
  const mounted = [...new Set([focused, indexOf(target)])].filter((at) => at >= 0)

  useEffect(
    () => (target === null ? undefined : focusWhenThere(scroller.current, target)),
    [target, scroller],
  )

  const onKeyDown = (press: KeyboardEvent) => {
    if (!(press.target instanceof HTMLElement) || !press.target.dataset.session) return
    const to = moved(lines, indexOf(press.target.dataset.session), press.key)
    const line = to === undefined ? undefined : lines[to]
    if (to === undefined || !line) return
    press.preventDefault()
    setTarget(line.key)
    list.current?.scrollToIndex(to, { align: 'nearest' })
  }

  const onFocus = (event: FocusEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.session : undefined
    if (!id) return
    setChosen(id)
    if (id === target) setTarget(null)
  }

  return { focused, mounted, onKeyDown, onFocus }
}

/** Focuses the session's link as soon as the list shows it; gives up when the returned function is called. */
function focusWhenThere(scroller: HTMLElement | null, id: string): () => void {
  let frame = 0
  const look = () => {
    const link = scroller?.querySelector<HTMLElement>(`[data-session="${CSS.escape(id)}"]`)
    link?.focus({ preventScroll: true })
    // A row that has not been measured yet is hidden, and takes no focus.
    if (!link || document.activeElement !== link) frame = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(frame)
}
