/**
 * What Cowork has to know of a provider: the service, its key, where it is.
 *
 * Always true: nothing is sent before the person submits; a key leaves this form for the server and is dropped when the
 * form closes; a provider that fails its test is not added unless the person says so.
 */
import { type FormEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, addProvider, addTested, type ProviderView, type ServicePreset } from '../../state'
import { Button } from '../../ui/button'
import { SecretField } from '../../ui/secret-field'
import { SelectField } from '../../ui/select-field'
import { TextField } from '../../ui/text-field'
import {
  asCommand,
  type Draft,
  exampleOf,
  type Field,
  faults,
  type Guess,
  guess,
  type KnownService,
  needsKey,
} from './services'
import { useServices } from './use-services'

export interface ProviderFormProps {
  presets: readonly ServicePreset[]
  providers: readonly ProviderView[]
  /** With it the key comes first and says whose it is, and only what is needed is asked for. */
  keyFirst?: boolean
  onDone: (name: string, tested: boolean) => void
  onCancel?: () => void
}

export function ProviderForm({ presets, providers, keyFirst = false, onDone, onCancel }: ProviderFormProps) {
  const t = useWords()
  const services = useServices(presets)
  const form = useProviderForm(services, providers, onDone)
  const { draft, service, problems, busy } = form
  const name = service?.name ?? ''

  const serviceField = (
    <SelectField
      label={t('providerForm.service')}
      value={service?.id ?? ''}
      placeholder={t('providerForm.chooseService')}
      groups={(['hosted', 'local', 'other'] as const)
        .map((place) => ({
          label: t(`providerForm.${place}`),
          options: services
            .filter((one) => one.place === place && !(keyFirst && place === 'local'))
            .map((one) => ({ value: one.id, label: one.name })),
        }))
        .filter((group) => group.options.length > 0)}
      hint={
        form.guessed && keyFirst
          ? t(form.guessed.certain ? 'providerForm.certain' : 'providerForm.uncertain', { name })
          : undefined
      }
      problem={problems.service}
      onChange={(event) => form.choose(event.target.value)}
    />
  )
  const keyField = (
    <div className="provider-form__key">
      <SecretField
        label={t(needsKey(draft) ? 'providerForm.key' : 'providerForm.keyOptional')}
        ref={form.keyField}
        placeholder={t('providerForm.keyPlaceholder')}
        hint={t(keyFirst ? 'providerForm.keyHint' : 'providerForm.keysHint')}
        problem={problems.key}
        value={draft.key}
        onChange={form.writeKey}
      />
      {service?.keyUrl ? <KeyLink service={service} /> : null}
    </div>
  )
  const addressField = !service ? null : service.place === 'hosted' && !form.elsewhere ? (
    <Button size="s" className="provider-form__elsewhere" onClick={form.askAddress}>
      {t('providerForm.elsewhere')}
    </Button>
  ) : (
    <TextField
      label={t('providerForm.address')}
      type="url"
      inputMode="url"
      autoComplete="off"
      spellCheck={false}
      mono
      // Who asked for the field writes in it next.
      ref={form.elsewhere ? focus : undefined}
      hint={t(service.kind === 'ollama' ? 'providerForm.addressHintBare' : 'providerForm.addressHint', {
        example: exampleOf(service.kind),
      })}
      problem={problems.address}
      value={draft.address}
      onChange={(event) => form.write({ address: event.target.value })}
    />
  )

  return (
    <form className="provider-form" data-key-first={keyFirst || undefined} noValidate onSubmit={form.submit}>
      <div className="provider-form__fields">
        {keyFirst ? (
          <>
            {keyField}
            {serviceField}
            {addressField}
          </>
        ) : (
          <>
            {serviceField}
            {keyField}
            {addressField}
            <TextField
              label={t('providerForm.name')}
              autoComplete="off"
              spellCheck={false}
              mono
              hint={t('providerForm.nameHint')}
              problem={problems.id}
              value={draft.id}
              onChange={(event) => form.write({ id: event.target.value })}
            />
          </>
        )}
      </div>
      {form.failure ? (
        <div role="alert" className="provider-form__failure">
          <p className="provider-form__failure-title">{form.failure.title}</p>
          <p>{form.failure.detail}</p>
          {form.failure.canKeep ? <p>{t('providerForm.remedy')}</p> : null}
        </div>
      ) : null}
      <div className="provider-form__choices">
        {onCancel ? <Button onClick={onCancel}>{t('providers.cancel')}</Button> : null}
        {form.failure?.canKeep && !keyFirst ? (
          <Button disabled={busy} onClick={form.addAnyway}>
            {t('providerForm.anyway')}
          </Button>
        ) : null}
        <Button type="submit" tone="primary" disabled={busy}>
          {busy
            ? t('providerForm.busy')
            : keyFirst
              ? t('providerForm.submitFirst')
              : t('providerForm.submit')}
        </Button>
      </div>
    </form>
  )
}

function focus(field: HTMLInputElement | null): void {
  field?.focus()
}

function KeyLink({ service }: { service: KnownService }) {
  const t = useWords()
  return (
    <a className="provider-form__link" href={service.keyUrl} target="_blank" rel="noreferrer noopener">
      {t('providerForm.keyFrom', { name: service.name })}{' '}
      <span className="visually-hidden">{t('providerForm.opensTab')}</span>
    </a>
  )
}

interface Failure {
  title: string
  detail: string
  /** The server took it, the service did not. */
  canKeep: boolean
}

function useProviderForm(
  services: readonly KnownService[],
  providers: readonly ProviderView[],
  onDone: ProviderFormProps['onDone'],
) {
  const t = useWords()
  const keyField = useRef<HTMLElement>(null)
  const [written, setWritten] = useState({ key: '', address: '', id: '' })
  const [chosenId, setChosenId] = useState<string | undefined>()
  const [guessed, setGuessed] = useState<Guess | undefined>()
  const [elsewhere, setElsewhere] = useState(false)
  const [problems, setProblems] = useState<Partial<Record<Field, string>>>({})
  const [failure, setFailure] = useState<Failure | undefined>()
  const [busy, setBusy] = useState(false)

  const service = services.find((one) => one.id === (chosenId ?? guessed?.id))
  const draft: Draft = { service, ...written }

  const clear = () => {
    setProblems({})
    setFailure(undefined)
  }
  const write = (part: Partial<typeof written>) => {
    clear()
    setWritten((before) => ({ ...before, ...part }))
  }

  const run = async (test: boolean) => {
    const found = faults(draft)
    if (Object.keys(found).length > 0) {
      setProblems(inWords(found, t))
      return
    }
    clear()
    setBusy(true)
    try {
      const command = asCommand(
        draft,
        providers.map(({ id }) => id),
      )
      const outcome = test ? await addTested(command) : await addProvider(command)
      if ('ok' in outcome && !outcome.ok) {
        setFailure({ title: t('providerForm.testFailed'), detail: outcome.detail, canKeep: true })
        keyField.current?.focus()
        return
      }
      setWritten({ key: '', address: '', id: '' })
      onDone(service?.place === 'other' ? command.id : (service?.name ?? command.id), test)
    } catch (reason) {
      const { detail, field } = reason instanceof ApiError ? reason : ApiError.network()
      const at = fieldOf(field, reason)
      if (at) setProblems({ [at]: detail })
      else setFailure({ title: t('providers.actionFailed'), detail, canKeep: false })
    } finally {
      setBusy(false)
    }
  }

  return {
    draft,
    service,
    problems,
    failure,
    busy,
    keyField,
    /** Whose key it is, as long as the person has not said so. */
    guessed: chosenId ? undefined : guessed,
    write,
    writeKey: (key: string) => {
      write({ key })
      setGuessed(guess(key))
    },
    /** A service with an address of its own is to be asked at another one. */
    elsewhere,
    askAddress: () => setElsewhere(true),
    choose: (id: string) => {
      setChosenId(id)
      setElsewhere(false)
      write({ address: services.find((one) => one.id === id && one.place === 'local')?.address ?? '' })
    },
    submit: (event: FormEvent) => {
      event.preventDefault()
      if (!busy) void run(true)
    },
    addAnyway: () => void run(false),
  }
}

function inWords(
  found: Partial<Record<Field, 'missing' | 'form'>>,
  t: ReturnType<typeof useWords>,
): Partial<Record<Field, string>> {
  const { service, key, address, id } = found
  return {
    ...(service ? { service: t('providerForm.missing.service') } : {}),
    ...(key ? { key: t('providerForm.missing.key') } : {}),
    ...(address
      ? { address: t(address === 'missing' ? 'providerForm.missing.address' : 'providerForm.form.address') }
      : {}),
    ...(id ? { id: t('providerForm.form.id') } : {}),
  }
}

/** Where in the form the server's word on a field belongs. */
function fieldOf(field: string | undefined, reason: unknown): Field | undefined {
  if (reason instanceof ApiError && reason.code === 'id_taken') return 'id'
  switch (field) {
    case 'key':
    case 'id':
    case 'service':
      return field
    case 'baseUrl':
      return 'address'
    default:
      return undefined
  }
}
