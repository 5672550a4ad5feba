/** `/settings/library`: personas and prompts. */
import { useEffect } from 'react'
import { Library } from '../features/presets/library'
import { useWords } from '../i18n'
import { PageHeader } from './page-header'
import './providers-page.css'

export function LibraryPage() {
  const t = useWords()
  useEffect(() => {
    document.title = `${t('presets.title')} · ${t('app.name')}`
  }, [t])
  return (
    <div className="page">
      <PageHeader>
        <h1 className="page-header__title">{t('presets.title')}</h1>
      </PageHeader>
      <div className="providers-page">
        <div className="providers-page__column">
          <p className="providers-page__lead">{t('presets.lead')}</p>
          <Library />
        </div>
      </div>
    </div>
  )
}
