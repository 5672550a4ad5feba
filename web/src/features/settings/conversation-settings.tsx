/** What the server does by itself in a conversation, by extra calls: titles and summaries. Holds for the installation. */
import { useWords } from '../../i18n'
import { useSettings } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Switch } from '../../ui/switch'
import { changeOrTell } from './change'

export function ConversationSettings() {
  const t = useWords()
  const { status, settings, reload } = useSettings()
  return (
    <section className="settings__group" aria-labelledby="settings-conversations">
      <h2 id="settings-conversations" className="settings__heading">
        {t('settings.conversations')}
      </h2>
      {settings ? (
        <>
          <Switch
            label={t('routing.titles')}
            hint={t('routing.titlesHint')}
            checked={settings.titleByModel}
            onChange={(titleByModel) => changeOrTell({ titleByModel })}
          />
          <Switch
            label={t('routing.compact')}
            hint={t('routing.compactHint')}
            checked={settings.compact === 'auto'}
            disabled={settings.locked.includes('compact')}
            onChange={(auto) => changeOrTell({ compact: auto ? 'auto' : 'off' })}
          />
          {settings.locked.includes('compact') ? (
            <p className="settings__note">{t('routing.locked')}</p>
          ) : null}
        </>
      ) : status === 'error' ? (
        <EmptyState
          size="s"
          title={t('routing.failed')}
          action={<Button onClick={reload}>{t('settings.retry')}</Button>}
        />
      ) : (
        <p className="settings__note">{t('settings.loading')}</p>
      )}
    </section>
  )
}
