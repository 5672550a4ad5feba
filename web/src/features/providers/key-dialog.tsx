/** New keys for a provider, in a dialog: in place of those it has, or beside them. They are tested once they are saved. */
import { type FormEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, setProviderKey, testProvider } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { SecretField } from '../../ui/secret-field'
import { Segments } from '../../ui/segments'
import { showToast } from '../../ui/toast'

export interface KeyDialogProps {
  /** The provider's id. `undefined`: closed. */
  id: string | undefined
  /** How many keys it has already. */
  count: number
  onClose: () => void
}

export function KeyDialog({ id, count, onClose }: KeyDialogProps) {
  const t = useWords()
  return (
    <Dialog
      open={id !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t(count > 0 ? 'providers.changeKeysOf' : 'providers.setKeyOf', { name: id ?? '' })}
      closeLabel={t('providers.close')}
    >
      {id === undefined ? null : <KeyForm id={id} count={count} onClose={onClose} />}
    </Dialog>
  )
}

function KeyForm({ id, count, onClose }: { id: string; count: number; onClose: () => void }) {
  const t = useWords()
  const field = useRef<HTMLElement>(null)
  const [how, setHow] = useState<'replace' | 'add'>('replace')
  const [key, setKey] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const [failure, setFailure] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)

  const save = async () => {
    if (key.trim() === '') {
      setProblem(t('providerForm.missing.key'))
      return
    }
    setBusy(true)
    setProblem(undefined)
    setFailure(undefined)
    try {
      await setProviderKey(id, key.trim(), how === 'add')
      const test = await testProvider(id)
      if (test.ok) {
        showToast({ title: t('providers.keySaved', { name: id }), description: test.detail })
        onClose()
      } else {
        setFailure(test.detail)
        field.current?.focus()
      }
    } catch (reason) {
      setProblem((reason instanceof ApiError ? reason : ApiError.network()).detail)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="provider-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (!busy) void save()
      }}
    >
      {count > 0 ? (
        <Segments
          label={t('providerForm.howKeys', { count })}
          value={how}
          onChange={setHow}
          options={[
            { value: 'replace', label: t('providerForm.replaceKeys') },
            { value: 'add', label: t('providerForm.addKeys') },
          ]}
        />
      ) : null}
      <SecretField
        label={t('providerForm.newKey')}
        ref={field}
        placeholder={t('providerForm.keyPlaceholder')}
        hint={t('providerForm.keysHint')}
        problem={problem}
        value={key}
        onChange={(written) => {
          setProblem(undefined)
          setFailure(undefined)
          setKey(written)
        }}
      />
      {failure ? (
        <div role="alert" className="provider-form__failure">
          <p className="provider-form__failure-title">{t('providerForm.keyTestFailed')}</p>
          <p>{failure}</p>
        </div>
      ) : null}
      <div className="provider-form__choices">
        <Button onClick={onClose}>{t('providers.cancel')}</Button>
        <Button type="submit" tone="primary" disabled={busy}>
          {busy ? t('providerForm.busy') : t('providerForm.save')}
        </Button>
      </div>
    </form>
  )
}
