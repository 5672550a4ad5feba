/** How Cowork speaks and is spoken to: language, the key that sends, what conversations do by themselves, notifications. */
import { changeLanguage, LANGUAGES, type LanguageChoice, useLanguageChoice, useWords } from '../../i18n'
import { sendNames } from '../../parts/actions/send-key'
import { changePreferences, usePreferences } from '../../state'
import { Segments } from '../../ui/segments'
import { showToast } from '../../ui/toast'
import { ConversationSettings } from './conversation-settings'
import { NotificationSettings } from './notification-settings'

export function GeneralSettings() {
  const t = useWords()
  const language = useLanguageChoice()
  const { sendKey } = usePreferences()
  const choose = async (wanted: LanguageChoice) => {
    if (await changeLanguage(wanted)) return
    showToast({
      title: t('settings.languageFailed'),
      description: t('settings.languageFailedBody'),
      tone: 'failed',
    })
  }
  return (
    <>
      <section className="settings__group">
        <Segments<LanguageChoice>
          label={t('settings.language')}
          value={language}
          onChange={(wanted) => void choose(wanted)}
          options={[
            { value: 'system', label: t('settings.languageSystem') },
            ...Object.entries(LANGUAGES).map(([value, label]) => ({
              value: value as LanguageChoice,
              label,
              lang: value,
            })),
          ]}
        />
        <Segments
          label={t('settings.sendKey')}
          hint={sendKey === 'enter' ? t('settings.sendKeyHint') : t('settings.sendKeyHintMod')}
          value={sendKey}
          onChange={(sendKey) => changePreferences({ sendKey })}
          options={[
            { value: 'enter', label: sendNames('enter').join('+') },
            { value: 'mod-enter', label: sendNames('mod-enter').join('+') },
          ]}
        />
      </section>
      <ConversationSettings />
      <NotificationSettings />
    </>
  )
}
