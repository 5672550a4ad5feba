/** One provider: what it is, its key as far as it can be told, how it fared, what can be done with it. */
import { Ellipsis, KeyRound, Pencil, Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { formatTime, useWords } from '../../i18n'
import { ApiError, type ProviderView, removeProvider, removeProviderKey, testProvider } from '../../state'
import { Badge } from '../../ui/badge'
import { Button, IconButton } from '../../ui/button'
import { Confirm } from '../../ui/confirm'
import { Menu, MenuItem } from '../../ui/menu'
import { Pill, type PillTone } from '../../ui/pill'
import { showToast } from '../../ui/toast'
import { KeyList } from './key-list'
import { canSetKey, type KnownService, serviceOf, wantsKey } from './services'

export interface ProviderRowProps {
  provider: ProviderView
  services: readonly KnownService[]
  onKey: () => void
  onEdit: () => void
  /** Stands before the row's own buttons. */
  action?: ReactNode
}

export function ProviderRow({ provider, services, onKey, onEdit, action }: ProviderRowProps) {
  const t = useWords()
  const titleId = useId()
  const [testing, setTesting] = useState(false)
  const { id, kind, source, status } = provider
  const demo = kind === 'demo'
  const name = serviceOf(provider, services)?.name
  const state = stateOf(provider, services, testing)

  const test = async () => {
    setTesting(true)
    try {
      const { ok, detail } = await testProvider(id)
      showToast({
        key: `test ${id}`,
        title: t(ok ? 'providers.tested' : 'providers.testedBad', { name: id }),
        description: detail,
        tone: ok ? 'plain' : 'failed',
      })
    } catch (reason) {
      tell(t('providers.testFailed'), reason)
    } finally {
      setTesting(false)
    }
  }

  return (
    <li className="provider" aria-labelledby={titleId}>
      <div className="provider__head">
        <h3 id={titleId} className="provider__name">
          {provider.name ?? id}
        </h3>
        {provider.name ? <Badge>{id}</Badge> : null}
        <Badge>{name ?? t(`providers.kinds.${kind}`)}</Badge>
        {demo ? null : <Pill tone={TONES[state]}>{t(`providers.states.${state}`)}</Pill>}
      </div>
      {demo ? <p className="provider__note">{t('providers.demoBody')}</p> : null}
      {demo ? null : <Facts provider={provider} services={services} />}
      {state === 'failed' ? <p className="provider__trouble">{status?.detail}</p> : null}
      {demo ? null : (
        <div className="provider__tools">
          {action}
          <Button
            size="s"
            aria-label={t('providers.testOf', { name: id })}
            disabled={testing}
            onClick={() => void test()}
          >
            {testing ? t('providers.states.testing') : t('providers.test')}
          </Button>
          {canSetKey(provider) && source !== 'found' ? <KeyButton provider={provider} onKey={onKey} /> : null}
          <More provider={provider} onEdit={onEdit} />
        </div>
      )}
    </li>
  )
}

function KeyButton({ provider: { id, key }, onKey }: { provider: ProviderView; onKey: () => void }) {
  const t = useWords()
  return (
    <Button
      size="s"
      aria-label={t(key.present ? 'providers.changeKeysOf' : 'providers.setKeyOf', { name: id })}
      onClick={onKey}
    >
      {t(key.present ? 'providers.changeKeys' : 'providers.setKey')}
    </Button>
  )
}

type StateName = 'ok' | 'failed' | 'noKey' | 'untested' | 'testing'

const TONES: Record<StateName, PillTone> = {
  ok: 'done',
  failed: 'failed',
  noKey: 'waiting',
  untested: 'neutral',
  testing: 'running',
}

function stateOf(provider: ProviderView, services: readonly KnownService[], testing: boolean): StateName {
  if (testing) return 'testing'
  if (!provider.key.present && !provider.key.source && wantsKey(provider, services)) return 'noKey'
  if (!provider.status) return 'untested'
  return provider.status.ok ? 'ok' : 'failed'
}

const TIME_OF_DAY = { hour: '2-digit', minute: '2-digit' } as const

function Facts({ provider, services }: { provider: ProviderView; services: readonly KnownService[] }) {
  const t = useWords()
  const { baseUrl, key, source, place, status, models } = provider
  const keys = key.items ?? []
  const keyWords = () => {
    if (key.present) {
      const one = key.hint ? t('providers.keyEnds', { hint: key.hint }) : t('providers.keyPresent')
      const end = keys.length > 1 ? t('providers.keyCount', { count: keys.length }) : one
      return key.source
        ? `${end}, ${t(`providers.keySources.${key.source}`, { place: key.place ?? '' })}`
        : end
    }
    if (key.source) return t('providers.keySealed')
    return t(wantsKey(provider, services) ? 'providers.keyMissing' : 'providers.keyNone')
  }
  const tested = status
    ? [
        ...(status.modelCount == null ? [] : [t('providers.models', { count: status.modelCount })]),
        ...(status.latencyMs == null ? [] : [t('providers.milliseconds', { count: status.latencyMs })]),
        formatTime(status.checkedAt, TIME_OF_DAY),
      ].join(' · ')
    : undefined
  return (
    <dl className="provider__facts">
      <Fact name={t('providers.address')} mono={baseUrl != null}>
        {baseUrl ?? t('providers.ownAddress')}
      </Fact>
      <Fact name={t('providers.key')}>
        {keyWords()}
        {keys.length > 1 ? <KeyList id={provider.id} items={keys} /> : null}
      </Fact>
      {models.length > 0 ? <Fact name={t('providers.modelsOffered')}>{models.join(', ')}</Fact> : null}
      <Fact name={t('providers.source')}>{t(`providers.sources.${source}`, { place: place ?? '' })}</Fact>
      {tested ? <Fact name={t('providers.lastTest')}>{tested}</Fact> : null}
    </dl>
  )
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className="provider__fact">
      <dt>{name}</dt>
      <dd data-mono={mono || undefined}>{children}</dd>
    </div>
  )
}

function More({ provider: { id, source, key }, onEdit }: { provider: ProviderView; onEdit: () => void }) {
  const t = useWords()
  const [asking, setAsking] = useState<'key' | 'provider' | undefined>()
  const hasKey = key.source === 'app'
  if (source !== 'app' && !hasKey) return null

  const remove = async () => {
    try {
      if (asking === 'key') await removeProviderKey(id)
      else await removeProvider(id)
      showToast({ title: t(asking === 'key' ? 'providers.keyRemoved' : 'providers.removed', { name: id }) })
    } catch (reason) {
      tell(t('providers.actionFailed'), reason)
    }
  }

  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t('providers.more', { name: id })} className="provider__more">
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        {source === 'app' ? (
          <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={onEdit}>
            {t('providers.edit')}
          </MenuItem>
        ) : null}
        {hasKey ? (
          <MenuItem icon={<KeyRound size={15} aria-hidden />} onSelect={() => setAsking('key')}>
            {t('providers.removeKey')}
          </MenuItem>
        ) : null}
        {source === 'app' ? (
          <MenuItem
            tone="danger"
            icon={<Trash2 size={15} aria-hidden />}
            onSelect={() => setAsking('provider')}
          >
            {t('providers.remove')}
          </MenuItem>
        ) : null}
      </Menu>
      <Confirm
        open={asking !== undefined}
        onOpenChange={(open) => {
          if (!open) setAsking(undefined)
        }}
        title={t(asking === 'key' ? 'providers.removeKeyTitle' : 'providers.removeTitle', { name: id })}
        confirmLabel={t(asking === 'key' ? 'providers.removeKey' : 'providers.remove')}
        cancelLabel={t('providers.cancel')}
        onConfirm={() => void remove()}
      >
        {t(asking === 'key' ? 'providers.removeKeyBody' : 'providers.removeBody')}
      </Confirm>
    </>
  )
}

function tell(title: string, reason: unknown): void {
  const { detail } = reason instanceof ApiError ? reason : ApiError.network()
  showToast({ title, description: detail, tone: 'failed' })
}
