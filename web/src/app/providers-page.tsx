/** `/settings/providers`: who can answer, who answers, and who stands in. */
import { useEffect } from 'react'
import { Providers } from '../features/providers/providers'
import { RoutingSettings } from '../features/settings/routing-settings'
import { useWords } from '../i18n'
import { PageHeader } from './page-header'
import './providers-page.css'

export function ProvidersPage() {
  const t = useWords()
  useEffect(() => {
    document.title = `${t('providers.title')} · ${t('app.name')}`
  }, [t])
  return (
    <div className="page">
      <PageHeader>
        <h1 className="page-header__title">{t('providers.title')}</h1>
      </PageHeader>
      <div className="providers-page">
        <div className="providers-page__column">
          <p className="providers-page__lead">{t('providers.lead')}</p>
          <Providers />
          <RoutingSettings />
        </div>
      </div>
    </div>
  )
}
