/** How the page looks in this browser. */
import { useWords } from '../../i18n'
import { Segments } from '../../ui/segments'
import { changeLook, useLook } from './look'

export function AppearanceSettings() {
  const t = useWords()
  const look = useLook()
  return (
    <section className="settings__group">
      <Segments
        label={t('settings.theme')}
        value={look.theme}
        onChange={(theme) => changeLook({ theme })}
        options={[
          { value: 'system', label: t('settings.system') },
          { value: 'light', label: t('settings.light') },
          { value: 'dark', label: t('settings.dark') },
        ]}
      />
      <Segments
        label={t('settings.density')}
        value={look.density}
        onChange={(density) => changeLook({ density })}
        options={[
          { value: 'comfortable', label: t('settings.comfortable') },
          { value: 'compact', label: t('settings.compact') },
        ]}
      />
      <Segments
        label={t('settings.textSize')}
        value={look.text}
        onChange={(text) => changeLook({ text })}
        options={[
          { value: 'small', label: t('settings.small') },
          { value: 'normal', label: t('settings.normal') },
          { value: 'large', label: t('settings.large') },
        ]}
      />
      <p className="settings__note">{t('settings.motion')}</p>
    </section>
  )
}
