/** Whether the browser tells of answers. It is asked for its permission here and nowhere else, when one switches it on. */
import { useState } from 'react'
import { useWords } from '../../i18n'
import { changePreferences, usePreferences } from '../../state'
import { Switch } from '../../ui/switch'

export function NotificationSettings() {
  const t = useWords()
  const { notify, notifyText } = usePreferences()
  const missing = typeof Notification === 'undefined'
  const [permission, setPermission] = useState(missing ? 'denied' : Notification.permission)
  const change = async (on: boolean) => {
    if (!on) {
      changePreferences({ notify: false })
      return
    }
    const answer = await Notification.requestPermission()
    setPermission(answer)
    changePreferences({ notify: answer === 'granted' })
  }
  const on = notify && permission === 'granted'
  return (
    <section className="settings__group" aria-labelledby="settings-notifications">
      <h2 id="settings-notifications" className="settings__heading">
        {t('settings.notifications')}
      </h2>
      <Switch
        label={t('settings.notify')}
        hint={t('settings.notifyHint')}
        checked={on}
        disabled={missing}
        onChange={(wanted) => void change(wanted)}
      />
      {missing || permission === 'denied' ? (
        <p className="settings__note" role="status">
          {missing ? t('settings.notifyMissing') : t('settings.notifyDenied')}
        </p>
      ) : null}
      <Switch
        label={t('settings.notifyText')}
        hint={t('settings.notifyTextHint')}
        checked={notifyText}
        disabled={!on}
        onChange={(notifyText) => changePreferences({ notifyText })}
      />
    </section>
  )
}
