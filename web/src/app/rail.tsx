/** The rail: new chat, the sessions, and what belongs to the whole page at its foot. */
import { ArrowDownUp, Keyboard, PanelLeftClose, Plus, Search, Settings } from 'lucide-react'
import { useLocation } from 'wouter'
import { SessionList } from '../features/sessions/session-list'
import { useWords } from '../i18n'
import { useKeyNames } from '../parts/actions/bindings'
import { Mark } from '../parts/brand/mark'
import { Button, IconButton } from '../ui/button'
import './rail.css'

export interface RailProps {
  activeId: string | null
  narrow: boolean
  onOpen: () => void
  onNew: () => void
  onHide: () => void
  onSettings: () => void
  onShortcuts: () => void
  onSearch: () => void
  onImport: () => void
}

export function Rail(props: RailProps) {
  const { activeId, narrow, onOpen, onNew, onHide, onSettings, onShortcuts, onSearch, onImport } = props
  const t = useWords()
  const [, navigate] = useLocation()
  const railKeys = useKeyNames('toggleRail')
  const sheetKeys = useKeyNames('sheet')
  const searchKeys = useKeyNames('search')
  return (
    <div className="rail">
      <header className="rail__head">
        <span className="rail__brand">
          <Mark size={20} />
          {t('app.name')}
        </span>
        <IconButton
          label={narrow ? t('app.closeSessions') : t('app.hideSessions')}
          keys={railKeys}
          onClick={onHide}
        >
          <PanelLeftClose size={17} aria-hidden />
        </IconButton>
      </header>
      <div className="rail__new">
        <Button icon={<Plus size={16} aria-hidden />} onClick={onNew} className="rail__new-button">
          {t('sessions.new')}
        </Button>
        <IconButton label={t('search.open')} keys={searchKeys} onClick={onSearch}>
          <Search size={17} aria-hidden />
        </IconButton>
      </div>
      <SessionList
        activeId={activeId}
        onOpen={onOpen}
        onGone={(id) => {
          if (id === activeId) navigate('/')
        }}
        onBack={(id) => navigate(`/s/${id}`)}
      />
      <footer className="rail__foot">
        <Button tone="quiet" icon={<Settings size={16} aria-hidden />} onClick={onSettings}>
          {t('settings.title')}
        </Button>
        <IconButton label={t('portability.open')} side="top" onClick={onImport}>
          <ArrowDownUp size={17} aria-hidden />
        </IconButton>
        <IconButton label={t('shortcuts.title')} keys={sheetKeys} side="top" onClick={onShortcuts}>
          <Keyboard size={17} aria-hidden />
        </IconButton>
      </footer>
    </div>
  )
}
