/** `/settings` and its sections, beside a list of them: what concerns this browser, the installation, and what was used. */
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { Library } from '../features/presets/library'
import { Providers } from '../features/providers/providers'
import { RoutingSettings } from '../features/settings/routing-settings'
import { Settings } from '../features/settings/settings'
import { Usage } from '../features/usage/usage'
import { useWords } from '../i18n'
import { KeyList } from '../parts/actions/key-list'
import { usePageTitle } from '../parts/page/page-title'
import { PageHeader } from './page-header'
import './settings-page.css'

const SECTIONS = [
  'general',
  'appearance',
  'providers',
  'library',
  'usage',
  'shortcuts',
  'data',
  'about',
] as const
type Section = (typeof SECTIONS)[number]

export function SettingsPage({ section: named }: { section: string | undefined }) {
  const t = useWords()
  const section = SECTIONS.find((known) => known === named) ?? 'general'
  const name = t(`settings.sections.${section}`)
  const nav = useRef<HTMLElement>(null)
  usePageTitle(`${name} · ${t('app.name')}`)
  // Who came by a key has lost the place that had the focus.
  useEffect(() => {
    if (document.activeElement && document.activeElement !== document.body) return
    nav.current?.querySelector<HTMLElement>('[aria-current]')?.focus()
  }, [])
  return (
    <div className="page">
      <PageHeader>
        <h1 className="page-header__title">{name}</h1>
      </PageHeader>
      <div className="settings-page">
        <nav ref={nav} className="settings-page__nav" aria-label={t('settings.title')}>
          {SECTIONS.map((entry) => (
            <Link
              key={entry}
              href={entry === 'general' ? '/settings' : `/settings/${entry}`}
              className="settings-page__link"
              aria-current={entry === section ? 'page' : undefined}
            >
              {t(`settings.sections.${entry}`)}
            </Link>
          ))}
        </nav>
        {/* Anew for each section, so that it begins at its top. */}
        <div key={section} className="settings-page__pane">
          <div className="settings-page__column">
            <Body section={section} />
          </div>
        </div>
      </div>
    </div>
  )
}

function Body({ section }: { section: Section }) {
  const t = useWords()
  switch (section) {
    case 'providers':
      return (
        <>
          <p className="settings-page__lead">{t('providers.lead')}</p>
          <Providers />
          <RoutingSettings />
        </>
      )
    case 'library':
      return (
        <>
          <p className="settings-page__lead">{t('presets.lead')}</p>
          <Library />
        </>
      )
    case 'usage':
      return (
        <>
          <p className="settings-page__lead">{t('usage.lead')}</p>
          <Usage />
        </>
      )
    case 'shortcuts':
      return (
        <>
          <p className="settings-page__lead">{t('settings.shortcutsLead')}</p>
          <KeyList level={2} />
        </>
      )
    default:
      return <Settings section={section} />
  }
}
