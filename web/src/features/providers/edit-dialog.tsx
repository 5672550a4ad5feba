/**
 * A provider's address, name and models, changed in a dialog.
 *
 * Always true: a key goes to the address it was set for and to no other. Who changes the address reads so before saving,
 * and can give the key of the new one in the same step.
 */
import { type FormEvent, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, type ProviderView, setProviderKey, testProvider, updateProvider } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { SecretField } from '../../ui/secret-field'
import { TextField } from '../../ui/text-field'
import { TextLines } from '../../ui/text-lines'
import { showToast } from '../../ui/toast'
import { asChange, type Edit, editOf, isAddress, movesAway } from './edit'

export interface EditDialogProps {
  /** `undefined`: closed. */
  provider: ProviderView | undefined
  onClose: () => void
}

export function EditDialog({ provider, onClose }: EditDialogProps) {
  const t = useWords()
  return (
    <Dialog
      open={provider !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('providers.editOf', { name: provider?.name ?? provider?.id ?? '' })}
      closeLabel={t('providers.close')}
    >
      {provider === undefined ? null : <EditForm provider={provider} onClose={onClose} />}
    </Dialog>
  )
}

type Problems = Partial<Record<keyof Edit | 'other', string>>

function EditForm({ provider, onClose }: { provider: ProviderView; onClose: () => void }) {
  const t = useWords()
  // What is being edited is the provider as it was when the dialog opened.
  const [before] = useState(provider)
  const [edit, setEdit] = useState<Edit>(() => editOf(provider))
  const [problems, setProblems] = useState<Problems>({})
  const [busy, setBusy] = useState(false)
  const moves = movesAway(before, edit)
  const { id } = before
  const write = (part: Partial<Edit>) => {
    setProblems({})
    setEdit((now) => ({ ...now, ...part }))
  }

  const save = async () => {
    if (edit.address.trim() !== '' && !isAddress(edit.address)) {
      setProblems({ address: t('providerForm.form.address') })
      return
    }
    setBusy(true)
    setProblems({})
    try {
      await updateProvider(id, asChange(before, edit))
      if (moves && edit.key.trim() !== '') await setProviderKey(id, edit.key.trim())
      onClose()
      const { ok, detail } = await testProvider(id)
      showToast({
        title: t(ok ? 'providers.changed' : 'providers.changedBad', { name: id }),
        description: detail,
        tone: ok ? 'plain' : 'failed',
      })
    } catch (reason) {
      const { detail, field } = reason instanceof ApiError ? reason : ApiError.network()
      setProblems({ [fieldOf(field)]: detail })
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
      <div className="provider-form__fields">
        <TextField
          label={t('providerEdit.name')}
          autoComplete="off"
          maxLength={60}
          placeholder={id}
          hint={t('providerEdit.nameHint', { id })}
          problem={problems.name}
          value={edit.name}
          onChange={(event) => write({ name: event.target.value })}
        />
        <TextField
          label={t('providerForm.address')}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          mono
          hint={t('providerEdit.addressHint')}
          problem={problems.address}
          value={edit.address}
          onChange={(event) => write({ address: event.target.value })}
        />
        {moves ? (
          <div className="provider-form__moves">
            {before.key.source === 'app' ? (
              <p role="status" className="provider-form__warning">
                {t('providerEdit.keyStays')}
              </p>
            ) : null}
            <SecretField
              label={t('providerEdit.newKey')}
              placeholder={t('providerForm.keyPlaceholder')}
              hint={t('providerForm.keysHint')}
              problem={problems.key}
              value={edit.key}
              onChange={(key) => write({ key })}
            />
          </div>
        ) : null}
        <TextLines
          label={t('providerEdit.models')}
          rows={4}
          hint={t('providerEdit.modelsHint')}
          problem={problems.models}
          value={edit.models}
          onChange={(models) => write({ models })}
        />
      </div>
      {problems.other ? (
        <p role="alert" className="provider-form__failure">
          {problems.other}
        </p>
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

/** Where in the form the server's word on a field belongs. */
function fieldOf(field: string | undefined): keyof Problems {
  if (field === 'baseUrl') return 'address'
  return field === 'name' || field === 'models' || field === 'key' ? field : 'other'
}
