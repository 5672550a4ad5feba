/**
 * One list as lines: virtual, one Tab stop with arrows inside; sessions are dragged onto folders and back, and selected
 * to do the same with many.
 */
import { useCallback, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useWords } from '../../i18n'
import { groupSessions, type Session, type SessionsView } from '../../state'
import { BulkBar } from './bulk-bar'
import { useDrop } from './drag'
import { FolderRow, MoreRow } from './folder-row'
import { type Line, linesOf } from './lines'
import { Nothing } from './nothing'
import { SelectRow } from './select-row'
import { extended, NOTHING, toggled, within } from './selection'
import type { SessionListProps } from './session-list'
import { SessionRow } from './session-row'
import { moveTo } from './shelf-commands'
import { useRovingFocus } from './use-roving-focus'
import { useToday } from './use-today'

/** Lines from the end at which the next page is asked for. */
const AHEAD = 20

export interface SessionLinesProps extends SessionListProps {
  /** Stand before the groups: folders with what they hold. */
  above?: readonly Line[]
  sessions: SessionsView
  label: string
  empty: { title: string; body: string }
  archived?: boolean
  selecting: boolean
  onSelectEnd: () => void
}

const NONE: readonly Line[] = []

export function SessionLines(props: SessionLinesProps) {
  const { above = NONE, sessions, label, empty, archived = false, selecting, onSelectEnd } = props
  const { activeId, onOpen, onGone, onBack } = props
  const t = useWords()
  const today = useToday()
  const below = useMemo(() => linesOf(groupSessions(sessions.items, today)), [sessions.items, today])
  const lines = useMemo(() => (above.length === 0 ? below : [...above, ...below]), [above, below])
  const scroller = useRef<HTMLElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const { focused, mounted, onKeyDown, onFocus } = useRovingFocus(lines, activeId, list, scroller)
  const { chosen, selection, select, setSelection } = useSelection(lines, selecting)
  const drop = useDrop((ids) => moveTo(sessionsOf(lines, ids), null))

  const { hasMore, loadMore } = sessions
  const onScroll = useCallback(() => {
    const handle = list.current
    if (!handle || !hasMore) return
    const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize)
    if (last >= lines.length - AHEAD) loadMore()
  }, [hasMore, loadMore, lines.length])

  const row = (line: Line, index: number) => {
    const tabbable = index === focused
    if (line.kind === 'heading') {
      return (
        <h2 key={line.key} className="session-list__heading">
          {t(`sessions.${line.key}`)}
        </h2>
      )
    }
    if (line.kind === 'folder') {
      const onDrop = (ids: string[]) => moveTo(sessionsOf(lines, ids), line.name)
      return <FolderRow key={line.key} line={line} tabbable={tabbable} onDrop={onDrop} />
    }
    if (line.kind === 'more') return <MoreRow key={line.key} line={line} tabbable={tabbable} />
    const { session, filed } = line
    if (selecting) {
      const selected = selection.ids.has(session.id)
      return (
        <SelectRow key={line.key} {...{ session, filed, tabbable, selected, chosen }} onSelect={select} />
      )
    }
    const active = session.id === activeId
    return <SessionRow key={line.key} {...{ session, filed, active, tabbable, onOpen, onGone, onBack }} />
  }

  return (
    <>
      {selecting ? (
        <BulkBar
          sessions={chosen}
          archived={archived}
          activeId={activeId}
          onGone={onGone}
          onBack={onBack}
          onDone={(left) => setSelection({ ...NOTHING, ids: new Set(left.map((session) => session.id)) })}
          onEnd={onSelectEnd}
        />
      ) : null}
      <nav
        ref={scroller}
        className="session-list"
        aria-label={label}
        data-over={drop.over || undefined}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        {...(archived ? {} : drop.props)}
      >
        {lines.length > 0 ? (
          <Virtualizer ref={list} scrollRef={scroller} onScroll={onScroll} keepMounted={mounted} data={lines}>
            {row}
          </Virtualizer>
        ) : (
          <Nothing status={sessions.status} empty={empty} retry={sessions.retry} />
        )}
      </nav>
    </>
  )
}

/** What is selected among the lines; a new mode begins with nothing. */
function useSelection(lines: readonly Line[], selecting: boolean) {
  const [kept, setSelection] = useState(NOTHING)
  const [mode, setMode] = useState(selecting)
  if (mode !== selecting) {
    setMode(selecting)
    setSelection(NOTHING)
  }
  const shown = useMemo(
    () => lines.flatMap((line) => (line.kind === 'session' ? [line.session] : [])),
    [lines],
  )
  const selection = useMemo(
    () => (selecting ? within(kept, new Set(shown.map((session) => session.id))) : NOTHING),
    [selecting, kept, shown],
  )
  const chosen = useMemo(
    () => (selection.ids.size === 0 ? [] : shown.filter((session) => selection.ids.has(session.id))),
    [selection, shown],
  )
  const select = (id: string, range: boolean) =>
    setSelection(
      range
        ? extended(
            selection,
            id,
            shown.map((session) => session.id),
          )
        : toggled(selection, id),
    )
  return { chosen, selection, select, setSelection }
}

function sessionsOf(lines: readonly Line[], ids: readonly string[]): Session[] {
  const wanted = new Set(ids)
  return lines.flatMap((line) => (line.kind === 'session' && wanted.has(line.key) ? [line.session] : []))
}
