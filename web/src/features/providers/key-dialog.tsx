/** A new key for a provider, in a dialog. It is tested once it is saved. */
import { type FormEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, setProviderKey, testProvider } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/text-field'
import { showToast } from '../../ui/toast'

export interface KeyDialogProps {
  /** The provider's id. `undefined`: closed. */
  id: string | undefined
  /** Whether it has a key already. */
  replace: boolean
  onClose: () => void
}

export function KeyDialog({ id, replace, onClose }: KeyDialogProps) {
  const t = useWords()
  return (
    <Dialog
      open={id !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t(replace ? 'providers.replaceKeyOf' : 'providers.setKeyOf', { name: id ?? '' })}
      closeLabel={t('providers.close')}
    >
      {id === undefined ? null : <KeyForm id={id} onClose={onClose} />}
    </Dialog>
  )
}

function KeyForm({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords()
  const field = useRef<HTMLInputElement>(null)
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
      await setProviderKey(id, key.trim())
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
      <TextField
        label={t('providerForm.newKey')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        mono
        ref={field}
        placeholder={t('providerForm.keyPlaceholder')}
        hint={t('providerForm.keyHint')}
        problem={problem}
        value={key}
        onChange={(event) => {
          setProblem(undefined)
          setFailure(undefined)
          setKey(event.target.value)
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
