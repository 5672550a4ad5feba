/**
 * Nobody is set up to answer yet: a key, a server on this computer, or the demo.
 *
 * Always true: nothing is sent to anybody before the person has chosen them. Elsewhere: what one asks the demo with,
 * which stands right below.
 */
import { FlaskConical, KeyRound, Laptop } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useWords } from '../../i18n'
import { type ProviderView, useModels, useProviders } from '../../state'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { showToast } from '../../ui/toast'
import { AddDialog } from './add-dialog'
import { LookAgain, UseFound } from './local-servers'
import { ProviderForm } from './provider-form'
import { type KnownService, serviceOf } from './services'
import { useServices } from './use-services'
import './providers.css'
import './first-run.css'

export interface FirstRunProps {
  /** Somebody answers from now on. */
  onReady: () => void
}

export function FirstRun({ onReady }: FirstRunProps) {
  const t = useWords()
  const { items, services: presets } = useProviders()
  const services = useServices(presets)
  const found = items.filter(({ source }) => source === 'found')
  const [adding, setAdding] = useState(false)
  const ready = (name: string) => {
    showToast({ title: t('firstRun.ready', { name }) })
    onReady()
  }
  return (
    <>
      <header className="first-run__head">
        <h1 className="first-run__question">{t('firstRun.question')}</h1>
        <p className="first-run__lead">{t('firstRun.lead')}</p>
      </header>
      <ol className="first-run">
        <Way icon={<KeyRound size={18} aria-hidden />} title={t('firstRun.keyTitle')}>
          <p>{t('firstRun.keyBody')}</p>
          <ProviderForm keyFirst presets={presets} providers={items} onDone={ready} />
        </Way>
        <Way
          icon={<Laptop size={18} aria-hidden />}
          title={t('firstRun.localTitle')}
          aside={
            <>
              <LookAgain />
              <Button size="s" onClick={() => setAdding(true)}>
                {t('firstRun.localElsewhere')}
              </Button>
            </>
          }
        >
          <p>{t('firstRun.localBody')}</p>
          {found.length > 0 ? (
            <ul className="first-run__found">
              {found.map((provider) => (
                <Found key={provider.id} provider={provider} services={services} onReady={onReady} />
              ))}
            </ul>
          ) : (
            <p>{t('firstRun.localNone')}</p>
          )}
        </Way>
        <Way
          icon={<FlaskConical size={18} aria-hidden />}
          title={t('firstRun.demoTitle')}
          aside={<Pill tone="waiting">{t('firstRun.demoPill')}</Pill>}
        >
          <p>{t('firstRun.demoBody')}</p>
        </Way>
      </ol>
      <AddDialog open={adding} onOpenChange={setAdding} onDone={ready} />
    </>
  )
}

interface FoundProps {
  provider: ProviderView
  services: readonly KnownService[]
  onReady: () => void
}

function Found({ provider, services, onReady }: FoundProps) {
  const t = useWords()
  const { list } = useModels()
  const name = serviceOf(provider, services)?.name ?? provider.id
  const count = list?.items.filter((model) => model.providerId === provider.id).length ?? 0
  return (
    <li className="first-run__server">
      <span className="first-run__name">{name}</span>
      <Badge>{provider.baseUrl}</Badge>
      {count > 0 ? <span className="first-run__count">{t('providers.models', { count })}</span> : null}
      <UseFound id={provider.id} name={name} onUsed={onReady} />
    </li>
  )
}

interface WayProps {
  icon: ReactNode
  title: string
  aside?: ReactNode
  children: ReactNode
}

function Way({ icon, title, aside, children }: WayProps) {
  const titleId = useId()
  return (
    <li className="first-run__way">
      <span className="first-run__icon">{icon}</span>
      <section className="first-run__body" aria-labelledby={titleId}>
        <div className="first-run__title-line">
          <h2 id={titleId} className="first-run__title">
            {title}
          </h2>
          {aside}
        </div>
        {children}
      </section>
    </li>
  )
}
