/** Settings of this browser: how the page looks, what it is, and signing out; and the way to the installation's own. */
import { useWords } from '../../i18n'
import { useAuth } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Segments } from '../../ui/segments'
import { changeLook, useLook } from './look'
import './settings-dialog.css'

export function SettingsDialog({
  open,
  onOpenChange,
  onProviders,
  onUsage,
  onLibrary,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Goes to the providers' page. */
  onProviders: () => void
  /** Goes to the page of what was used. */
  onUsage: () => void
  /** Goes to the page of personas and prompts. */
  onLibrary: () => void
}) {
  const t = useWords()
  const look = useLook()
  const { signOut } = useAuth()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('settings.title')}
      closeLabel={t('settings.close')}
    >
      <div className="settings">
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
        <section className="settings__about">
          <h3 className="settings__heading">{t('settings.providers')}</h3>
          <p>{t('settings.providersBody')}</p>
          <Button
            onClick={() => {
              onOpenChange(false)
              onProviders()
            }}
          >
            {t('settings.openProviders')}
          </Button>
        </section>
        <section className="settings__about">
          <h3 className="settings__heading">{t('settings.library')}</h3>
          <p>{t('settings.libraryBody')}</p>
          <Button
            onClick={() => {
              onOpenChange(false)
              onLibrary()
            }}
          >
            {t('settings.openLibrary')}
          </Button>
        </section>
        <section className="settings__about">
          <h3 className="settings__heading">{t('settings.usage')}</h3>
          <p>{t('settings.usageBody')}</p>
          <Button
            onClick={() => {
              onOpenChange(false)
              onUsage()
            }}
          >
            {t('settings.openUsage')}
          </Button>
        </section>
        <section className="settings__about">
          <h3 className="settings__heading">{t('settings.about')}</h3>
          <p>{t('settings.aboutBody')}</p>
          <Button
            onClick={() => {
              onOpenChange(false)
              signOut()
            }}
          >
            {t('settings.signOut')}
          </Button>
        </section>
      </div>
    </Dialog>
  )
}
