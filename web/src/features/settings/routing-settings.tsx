/** Who answers when nobody is named, who stands in when a model fails, and whether sessions get their name from one. */
import { ChevronDown } from 'lucide-react'
import { useWords } from '../../i18n'
import {
  ApiError,
  changeSettings,
  type Settings,
  type UpdateSettings,
  useModels,
  useSettings,
} from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Switch } from '../../ui/switch'
import { showToast } from '../../ui/toast'
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
  const change = (changed: Omit<UpdateSettings, 'client_request_id'>) => {
    changeSettings(changed).catch((reason: unknown) => {
      const { detail } = reason instanceof ApiError ? reason : ApiError.network()
      showToast({ title: t('routing.changeFailed'), description: detail, tone: 'failed' })
    })
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
      <DefaultModel settings={settings} onChange={change} />
      <section className="routing__part" aria-labelledby="routing-fallback">
        <h3 id="routing-fallback" className="routing__label">
          {t('routing.fallback')}
        </h3>
        <p className="routing__quiet">{t('routing.fallbackHint')}</p>
        <FallbackList
          list={settings.fallback}
          models={list?.items ?? []}
          locked={fallbackLocked}
          onChange={(fallback) => change({ fallback: [...fallback] })}
        />
        {fallbackLocked ? <p className="routing__locked">{t('routing.locked')}</p> : null}
      </section>
      <div className="routing__part">
        <Switch
          label={t('routing.titles')}
          hint={t('routing.titlesHint')}
          checked={settings.titleByModel}
          onChange={(titleByModel) => change({ titleByModel })}
        />
      </div>
      <div className="routing__part">
        <Switch
          label={t('routing.compact')}
          hint={t('routing.compactHint')}
          checked={settings.compact === 'auto'}
          disabled={settings.locked.includes('compact')}
          onChange={(auto) => change({ compact: auto ? 'auto' : 'off' })}
        />
        {settings.locked.includes('compact') ? (
          <p className="routing__locked">{t('routing.locked')}</p>
        ) : null}
      </div>
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
