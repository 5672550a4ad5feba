/**
 * Search and commands: titles, messages on all branches, files and actions, as one types; the sessions of late while
 * nothing is typed; after a `>` actions alone.
 *
 * Elsewhere: asking the server (`state`), going to what was found (`onOpen`).
 */
import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useWords } from '../../i18n'
import { type Named, named, ONLY_ACTIONS, offered } from '../../parts/actions/find'
import { runAction, useAvailable } from '../../parts/actions/use-action'
import { type SearchItem, useSearch, useSessions } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Palette, type PaletteOption } from '../../ui/palette'
import { ActionRow } from './action-row'
import { type Choices, filterOf, NO_CHOICE } from './choices'
import { Filters } from './filters'
import { HitRow, SessionRow } from './hit-row'
import './search.css'

/** Sessions that are offered before anything is typed. */
const RECENT = 8
/** Actions that are offered beside what was found. */
const BESIDE = 4

export interface SearchDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The session on screen, to search in it alone. */
  sessionId: string | null
  onSession: (id: string) => void
  onHit: (item: SearchItem) => void
}

export function SearchDialog(props: SearchDialogProps) {
  // What was typed and chosen ends with the dialog.
  return props.open ? <Open {...props} /> : null
}

function Open({ onOpenChange, sessionId, onSession, onHit }: SearchDialogProps) {
  const t = useWords()
  const [text, setText] = useState('')
  const [choices, setChoices] = useState<Choices>(NO_CHOICE)
  const filter = useMemo(() => filterOf(choices, sessionId, Date.now()), [choices, sessionId])
  const actions = useActions(text)
  const only = text.startsWith(ONLY_ACTIONS)
  const search = useSearch(only ? '' : text, filter)
  const recent = useSessions().items.slice(0, RECENT)
  const blank = text.trim() === ''

  const go = (act: () => void) => {
    onOpenChange(false)
    act()
  }
  // Who meant to search must not delete by Enter.
  const beside = actions.filter(({ id }) => id !== 'deleteSession').slice(0, BESIDE)
  const acts = (only ? actions : beside).map((action) => ({
    key: `action ${action.id}`,
    content: <ActionRow action={action} />,
    onChoose: () => go(() => runAction(action.id)),
  }))
  const found: PaletteOption[] = blank
    ? recent.map((session) => ({
        key: session.id,
        content: <SessionRow session={session} />,
        onChoose: () => go(() => onSession(session.id)),
      }))
    : search.items.map((item) => ({
        key: `${item.kind} ${item.attachmentId ?? item.messageId ?? item.sessionId}`,
        content: <HitRow item={item} />,
        onChoose: () => go(() => (item.kind === 'title' ? onSession(item.sessionId) : onHit(item))),
      }))
  const options = only ? acts : [...acts, ...found]
  const nothing = only
    ? acts.length === 0
    : !blank && search.status === 'ready' && search.items.length === 0 && acts.length === 0

  return (
    <Palette
      open
      onOpenChange={onOpenChange}
      label={t('search.label')}
      listLabel={t(blank ? 'search.recent' : 'search.results')}
      placeholder={t('search.placeholder')}
      icon={<Search size={17} aria-hidden />}
      value={text}
      onChange={setText}
      filters={
        blank || only ? null : <Filters choices={choices} onChange={setChoices} here={sessionId !== null} />
      }
      heading={blank && recent.length > 0 ? t('search.recent') : undefined}
      options={options}
      status={only ? t('search.actions', { count: acts.length }) : statusOf(t, blank, search)}
      onEnd={search.more}
    >
      {blank && recent.length === 0 ? <p className="search__note">{t('search.noSessions')}</p> : null}
      {nothing ? (
        <EmptyState size="s" title={t('search.nothingTitle')}>
          {t(only ? 'search.noAction' : search.incomplete ? 'search.incomplete' : 'search.nothingBody')}
        </EmptyState>
      ) : null}
      {!blank && !only && search.status === 'error' ? (
        <EmptyState
          size="s"
          title={t('search.failed')}
          action={
            <Button size="s" onClick={search.retry}>
              {t('search.retry')}
            </Button>
          }
        />
      ) : null}
    </Palette>
  )
}

/** The actions that fit what was typed; none while nothing is. */
function useActions(text: string): readonly Named[] {
  const t = useWords()
  const available = useAvailable()
  const only = text.startsWith(ONLY_ACTIONS)
  if (!only && text.trim() === '') return []
  const all = offered(available, (id) => t(`actions.${id}`)).filter(({ id }) => id !== 'search')
  return named(all, only ? text.slice(ONLY_ACTIONS.length) : text)
}

function statusOf(
  t: ReturnType<typeof useWords>,
  blank: boolean,
  search: ReturnType<typeof useSearch>,
): string {
  if (blank) return ''
  if (search.status === 'error') return t('search.failed')
  if (search.status === 'searching') return t('search.searching')
  if (search.items.length === 0) return t('search.nothingTitle')
  return t('search.count', { count: search.items.length })
}
