/** `/settings/usage`: what calls to models took. */
import { useEffect } from 'react'
import { Usage } from '../features/usage/usage'
import { useWords } from '../i18n'
import { PageHeader } from './page-header'
import './providers-page.css'

export function UsagePage() {
  const t = useWords()
  useEffect(() => {
    document.title = `${t('usage.title')} · ${t('app.name')}`
  }, [t])
  return (
    <div className="page">
      <PageHeader>
        <h1 className="page-header__title">{t('usage.title')}</h1>
      </PageHeader>
      <div className="providers-page">
        <div className="providers-page__column">
          <p className="providers-page__lead">{t('usage.lead')}</p>
          <Usage />
        </div>
      </div>
    </div>
  )
}
