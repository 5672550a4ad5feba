/** The bar above a conversation: the way to the sessions, a title, what can be done. */
import { PanelLeftOpen, SquarePen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../i18n'
import { useKeyNames } from '../parts/actions/bindings'
import { IconButton } from '../ui/button'
import { useRail } from './rail-context'
import './page-header.css'

export interface PageHeaderProps {
  children?: ReactNode
  /** Nothing stands below that a line would part it from, and a new chat is where one is already. */
  bare?: boolean
}

export function PageHeader({ children, bare = false }: PageHeaderProps) {
  const t = useWords()
  const rail = useRail()
  const railKeys = useKeyNames('toggleRail')
  const newKeys = useKeyNames('newChat')
  const [, navigate] = useLocation()
  return (
    <header className="page-header" data-bare={bare || undefined}>
      {rail.open ? null : (
        <IconButton label={t('app.showSessions')} keys={railKeys} onClick={rail.show}>
          <PanelLeftOpen size={17} aria-hidden />
        </IconButton>
      )}
      <div className="page-header__content">{children}</div>
      {!bare && !rail.open ? (
        <IconButton label={t('sessions.new')} keys={newKeys} onClick={() => navigate('/')}>
          <SquarePen size={17} aria-hidden />
        </IconButton>
      ) : null}
    </header>
  )
}
