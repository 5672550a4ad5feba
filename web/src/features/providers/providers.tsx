/** All providers: those that were set up, those that were found on this computer, the demo; and the way to more. */
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { type ProviderView, useProviders } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { showToast } from '../../ui/toast'
import { AddDialog } from './add-dialog'
import { EditDialog } from './edit-dialog'
import { KeyDialog } from './key-dialog'
import { LookAgain, UseFound } from './local-servers'
import { ProviderRow } from './provider-row'
import { useServices } from './use-services'
import './providers.css'

export function Providers() {
  const t = useWords()
  const { status, items, services: presets, reload } = useProviders()
  const services = useServices(presets)
  const [adding, setAdding] = useState(false)
  const [keyFor, setKeyFor] = useState<ProviderView | undefined>()
  const [editing, setEditing] = useState<ProviderView | undefined>()

  if (status === 'error') {
    return (
      <EmptyState
        title={t('providers.failed')}
        action={<Button onClick={reload}>{t('providers.retry')}</Button>}
      />
    )
  }
  if (status === 'loading') return <p className="providers__quiet">{t('providers.loading')}</p>

  const found = items.filter(({ source }) => source === 'found')
  const builtin = items.filter(({ source }) => source === 'builtin')
  const setUp = items.filter(({ source }) => source !== 'found' && source !== 'builtin')
  const row = (provider: ProviderView) => (
    <ProviderRow
      key={provider.id}
      provider={provider}
      services={services}
      onKey={() => setKeyFor(provider)}
      onEdit={() => setEditing(provider)}
      action={provider.source === 'found' ? <UseFound id={provider.id} /> : undefined}
    />
  )
  return (
    <div className="providers">
      <section aria-labelledby="providers-set-up">
        <header className="providers__head">
          <h2 id="providers-set-up" className="providers__title">
            {t('providers.yours')}
          </h2>
          <Button tone="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t('providers.add')}
          </Button>
        </header>
        {setUp.length > 0 ? (
          <ul className="providers__list">{setUp.map(row)}</ul>
        ) : (
          <p className="providers__quiet">{t('providers.none')}</p>
        )}
      </section>
      <section aria-labelledby="providers-found">
        <header className="providers__head">
          <h2 id="providers-found" className="providers__title">
            {t('providers.found')}
          </h2>
          <LookAgain />
        </header>
        <p className="providers__quiet">
          {t(found.length > 0 ? 'providers.foundBody' : 'providers.noneFound')}
        </p>
        {found.length > 0 ? <ul className="providers__list">{found.map(row)}</ul> : null}
      </section>
      <section aria-labelledby="providers-builtin">
        <header className="providers__head">
          <h2 id="providers-builtin" className="providers__title">
            {t('providers.builtin')}
          </h2>
        </header>
        <ul className="providers__list">{builtin.map(row)}</ul>
      </section>
      <AddDialog
        open={adding}
        onOpenChange={setAdding}
        onDone={(name, tested) =>
          showToast({ title: t(tested ? 'providerForm.works' : 'providerForm.addedUntested', { name }) })
        }
      />
      <KeyDialog
        id={keyFor?.id}
        count={keyFor?.key.present ? (keyFor.key.items?.length ?? 1) : 0}
        onClose={() => setKeyFor(undefined)}
      />
      <EditDialog provider={editing} onClose={() => setEditing(undefined)} />
    </div>
  )
}
