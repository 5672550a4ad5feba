/** Who answers when nobody is named, and who stands in when a model fails. */
import { ChevronDown } from 'lucide-react'
import { useWords } from '../../i18n'
import { type Settings, useModels, useSettings } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { changeOrTell } from './change'
import { modelKey, parts } from './fallback'
import { FallbackList } from './fallback-list'
import { ModelMenu } from './model-menu'
import './routing-settings.css'

export function RoutingSettings() {
  const t = useWords()
  const { status, settings, reload } = useSettings()
  const { list } = useModels()
  if (!settings) {
    return status === 'error' ? (
      <EmptyState
        size="s"
        title={t('routing.failed')}
        action={<Button onClick={reload}>{t('providers.retry')}</Button>}
      />
    ) : (
      <p className="routing__quiet">{t('routing.loading')}</p>
    )
  }
  const fallbackLocked = settings.locked.includes('fallback')
  return (
    <section className="routing" aria-labelledby="routing-title">
      <h2 id="routing-title" className="routing__title">
        {t('routing.title')}
      </h2>
      {settings.notices?.length ? (
        <ul className="routing__notices">
          {settings.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      ) : null}
      <DefaultModel settings={settings} onChange={changeOrTell} />
      <section className="routing__part" aria-labelledby="routing-fallback">
        <h3 id="routing-fallback" className="routing__label">
          {t('routing.fallback')}
        </h3>
        <p className="routing__quiet">{t('routing.fallbackHint')}</p>
        <FallbackList
          list={settings.fallback}
          models={list?.items ?? []}
          locked={fallbackLocked}
          onChange={(fallback) => changeOrTell({ fallback: [...fallback] })}
        />
        {fallbackLocked ? <p className="routing__locked">{t('routing.locked')}</p> : null}
      </section>
    </section>
  )
}

/** Stands for no choice; no model's key is like it, for it has no slash. */
const AUTOMATIC = 'automatic'

function DefaultModel({
  settings,
  onChange,
}: {
  settings: Settings
  onChange: (change: { defaultProviderId: string | null; defaultModelId: string | null }) => void
}) {
  const t = useWords()
  const { list, find } = useModels()
  const { defaultProviderId: provider, defaultModelId: model, locked } = settings
  const isLocked = locked.includes('defaultProviderId') || locked.includes('defaultModelId')
  const label = (providerId: string, modelId: string) => {
    const name = find(providerId, modelId)?.label ?? modelId
    return `${name} · ${providerId}`
  }
  const shown = () => {
    if (provider && model) return label(provider, model)
    if (provider) return t('routing.firstModel', { provider })
    if (!list?.defaultProviderId) return t('routing.automatic')
    return t('routing.automaticNow', { model: label(list.defaultProviderId, list.defaultModelId) })
  }
  return (
    <div className="routing__part routing__part--line">
      <div>
        <p className="routing__label">{t('routing.default')}</p>
        <p className="routing__quiet">{t('routing.defaultHint')}</p>
        {isLocked ? <p className="routing__locked">{t('routing.locked')}</p> : null}
      </div>
      {isLocked ? (
        <span className="routing__fixed">{shown()}</span>
      ) : (
        <ModelMenu
          trigger={
            <Button className="routing__choose" aria-label={t('routing.choose', { model: shown() })}>
              <span className="routing__chosen">{shown()}</span>
              <ChevronDown size={14} aria-hidden />
            </Button>
          }
          before={[
            {
              label: t('routing.general'),
              choices: [{ value: AUTOMATIC, label: t('routing.automatic') }],
            },
          ]}
          models={list?.items ?? []}
          value={
            provider ? (model ? modelKey({ providerId: provider, modelId: model }) : undefined) : AUTOMATIC
          }
          onChoose={(key) => {
            if (key === AUTOMATIC) {
              onChange({ defaultProviderId: null, defaultModelId: null })
              return
            }
            const { providerId, modelId } = parts(key)
            onChange({ defaultProviderId: providerId, defaultModelId: modelId })
          }}
        />
      )}
    </div>
  )
}
