/** The sections of the settings that are this feature's own; the app puts providers, usage and keys beside them. */
import { AboutSettings } from './about'
import { AppearanceSettings } from './appearance'
import { DataSettings } from './data'
import { GeneralSettings } from './general'
import './settings.css'

const OWN = {
  general: GeneralSettings,
  appearance: AppearanceSettings,
  data: DataSettings,
  about: AboutSettings,
} as const

export type OwnSection = keyof typeof OWN

export function Settings({ section }: { section: OwnSection }) {
  const Section = OWN[section]
  return (
    <div className="settings">
      <Section />
    </div>
  )
}
