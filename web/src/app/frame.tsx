/**
 * The frame: the rail of sessions at the left, one conversation beside it; a drawer instead of a rail on narrow screens.
 *
 * This is the place that combines features. Elsewhere: what each of them does (`features`).
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { useNotices } from '../features/notices/notices'
import { foundTexts } from '../features/search/pieces'
import { useWords } from '../i18n'
import { useAction, useKeyListener } from '../parts/actions/use-action'
import { late, useFetchAhead } from '../parts/page/late'
import { type SearchItem, showMessage } from '../state'
import { Drawer } from '../ui/dialog'
import { ConnectionBanner } from './connection-banner'
import { NewChatPage } from './new-chat-page'
import { Rail } from './rail'
import { RailContext } from './rail-context'
import { SessionPage } from './session-page'
import { ShortcutSheet } from './shortcut-sheet'
import { useNarrow } from './use-narrow'
import { useRailOpen } from './use-rail-open'
import './frame.css'

const SettingsPage = late(async () => (await import('./settings-page')).SettingsPage)

const SearchDialog = late(async () => (await import('../features/search/search-dialog')).SearchDialog, true)
const PortabilityDialog = late(
  async () => (await import('../features/portability/portability-dialog')).PortabilityDialog,
  true,
)

export function Frame() {
  const t = useWords()
  const [path, navigate] = useLocation()
  const narrow = useNarrow()
  const [wideOpen, setWideOpen] = useRailOpen()
  const [drawerOpen, setDrawerOpen] = useState(false)
  const [dialog, setDialog] = useState<'search' | 'shortcuts' | 'portability' | null>(null)
  const opened = useOpened(dialog)
  const open = narrow ? drawerOpen : wideOpen
  const setOpen = narrow ? setDrawerOpen : setWideOpen

  const newChat = useCallback(() => {
    setDrawerOpen(false)
    navigate('/')
  }, [navigate])

  useKeyListener()
  useFetchAhead()
  useAction('newChat', newChat)
  useAction('toggleRail', () => setOpen(!open))
  useAction('sheet', () => setDialog('shortcuts'))
  useAction('sheetPlain', () => setDialog('shortcuts'))
  const openSettings = () => {
    setDrawerOpen(false)
    navigate('/settings')
  }
  useAction('settings', openSettings)
  useAction('importSessions', () => setDialog('portability'))
  useAction('providers', () => navigate('/settings/providers'))
  useAction('usage', () => navigate('/settings/usage'))
  useAction('library', () => navigate('/settings/library'))
  const openSearch = useCallback(() => setDialog('search'), [])
  useAction('search', openSearch)
  useClosingOnWide(narrow, setDrawerOpen)

  const activeId = /^\/s\/([^/]+)/.exec(path)?.[1] ?? null
  const openSession = (id: string) => {
    setDrawerOpen(false)
    navigate(`/s/${id}`)
  }
  useNotices(openSession)
  const openHit = (item: SearchItem) => {
    openSession(item.sessionId)
    if (!item.messageId) return
    const target = { sessionId: item.sessionId, messageId: item.messageId, nth: 0, focus: true }
    showMessage({ ...target, texts: foundTexts(item.snippet) }, !item.onActiveBranch)
  }

  const rail = (
    <Rail
      activeId={activeId}
      onOpen={() => setDrawerOpen(false)}
      onNew={newChat}
      onHide={() => setOpen(false)}
      onSettings={openSettings}
      onShortcuts={() => setDialog('shortcuts')}
      onSearch={openSearch}
      onImport={() => setDialog('portability')}
      narrow={narrow}
    />
  )

  return (
    <RailContext value={{ open, show: () => setOpen(true) }}>
      <div className="frame" data-rail={(!narrow && open) || undefined}>
        <a className="frame__skip" href="#conversation">
          {t('app.skipToThread')}
        </a>
        {narrow ? (
          <Drawer open={drawerOpen} onOpenChange={setDrawerOpen} label={t('app.sessionsRail')}>
            {rail}
          </Drawer>
        ) : open ? (
          <aside className="frame__rail" aria-label={t('app.sessionsRail')}>
            {rail}
          </aside>
        ) : null}
        <main id="conversation" className="frame__main" tabIndex={-1}>
          <Switch>
            <Route path="/s/:id">{({ id }) => <SessionPage key={id} id={id} />}</Route>
            <Route path="/settings/:section?">{({ section }) => <SettingsPage section={section} />}</Route>
            <Route>
              <NewChatPage />
            </Route>
          </Switch>
          <ConnectionBanner />
        </main>
      </div>
      {opened.has('search') ? (
        <SearchDialog
          open={dialog === 'search'}
          onOpenChange={(shown) => setDialog(shown ? 'search' : null)}
          sessionId={activeId}
          onSession={openSession}
          onHit={openHit}
        />
      ) : null}
      {opened.has('portability') ? (
        <PortabilityDialog
          open={dialog === 'portability'}
          onOpenChange={(shown) => setDialog(shown ? 'portability' : null)}
          onSession={(id) => {
            setDialog(null)
            openSession(id)
          }}
        />
      ) : null}
      <ShortcutSheet
        open={dialog === 'shortcuts'}
        onOpenChange={(shown) => setDialog(shown ? 'shortcuts' : null)}
      />
    </RailContext>
  )
}

/** What was opened once: from then on it stays, for what it shows while it closes and what it keeps. */
function useOpened<Name extends string>(open: Name | null): ReadonlySet<Name> {
  const [opened, setOpened] = useState<ReadonlySet<Name>>(new Set())
  if (open !== null && !opened.has(open)) setOpened(new Set(opened).add(open))
  return opened
}

/** A drawer left open must not come back when the window is made narrow again. */
function useClosingOnWide(narrow: boolean, setDrawerOpen: (open: boolean) => void): void {
  const was = useRef(narrow)
  useEffect(() => {
    if (was.current && !narrow) setDrawerOpen(false)
    was.current = narrow
  }, [narrow, setDrawerOpen])
}
