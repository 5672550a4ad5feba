/** What this is, what it sends where, and the way out. */
import { useWords } from '../../i18n'
import { useAuth, useVersion } from '../../state'
import { Button } from '../../ui/button'

export function AboutSettings() {
  const t = useWords()
  const version = useVersion()
  const { signOut } = useAuth()
  return (
    <>
      <section className="settings__group">
        <p className="settings__lead">{t('settings.aboutLead')}</p>
        <dl className="settings__facts">
          <div className="settings__fact">
            <dt>{t('settings.version')}</dt>
            <dd>{version ?? '…'}</dd>
          </div>
          <div className="settings__fact">
            <dt>{t('settings.licence')}</dt>
            <dd>{t('settings.licenceValue')}</dd>
          </div>
        </dl>
      </section>
      <section className="settings__group" aria-labelledby="settings-sent">
        <h2 id="settings-sent" className="settings__heading">
          {t('settings.sent')}
        </h2>
        <ul className="settings__list">
          <li>{t('settings.sentModels')}</li>
          <li>{t('settings.sentExtra')}</li>
          <li>{t('settings.sentLocal')}</li>
          <li>{t('settings.sentNothing')}</li>
        </ul>
      </section>
      <section className="settings__group" aria-labelledby="settings-browser">
        <h2 id="settings-browser" className="settings__heading">
          {t('settings.signedIn')}
        </h2>
        <p className="settings__text">{t('settings.signOutBody')}</p>
        <Button onClick={signOut}>{t('settings.signOut')}</Button>
      </section>
    </>
  )
}
