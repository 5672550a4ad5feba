/** Where what one has lies, how much it is, and how to take it along. */
import { formatBytes, formatNumber, useWords } from '../../i18n'
import { useStorage } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { showToast } from '../../ui/toast'

export function DataSettings() {
  const t = useWords()
  const { status, storage, reload } = useStorage()
  const copy = (folder: string) => {
    navigator.clipboard.writeText(folder).then(
      () => showToast({ title: t('settings.copied') }),
      () => showToast({ title: t('settings.copyFailed'), tone: 'failed' }),
    )
  }
  return (
    <>
      <section className="settings__group">
        <p className="settings__lead">{t('settings.dataLead')}</p>
        {storage ? (
          <dl className="settings__facts">
            <Fact name={t('settings.folder')}>
              <code className="settings__path" dir="ltr">
                {storage.folder}
              </code>
              <Button size="s" onClick={() => copy(storage.folder)}>
                {t('settings.copyFolder')}
              </Button>
            </Fact>
            <Fact name={t('settings.sessions')}>{formatNumber(storage.sessions)}</Fact>
            <Fact name={t('settings.database')}>{formatBytes(storage.databaseBytes)}</Fact>
            <Fact name={t('settings.blobs')}>{formatBytes(storage.blobBytes)}</Fact>
          </dl>
        ) : status === 'error' ? (
          <EmptyState
            size="s"
            title={t('settings.dataFailed')}
            action={<Button onClick={reload}>{t('settings.retry')}</Button>}
          />
        ) : (
          <p className="settings__note">{t('settings.loading')}</p>
        )}
      </section>
      <section className="settings__group" aria-labelledby="settings-export">
        <h2 id="settings-export" className="settings__heading">
          {t('settings.export')}
        </h2>
        <p className="settings__text">{t('settings.exportBody')}</p>
      </section>
    </>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="settings__fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
