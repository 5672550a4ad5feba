/** The frame of the forms in this folder: fields, what is wrong beside them, and two buttons. */
import { type FormEvent, type ReactNode, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError } from '../../state'
import { Button } from '../../ui/button'

export interface PresetFormProps {
  /** The fields that show their own problems; the others’ stand below. */
  fields: readonly string[]
  saveLabel?: string
  onSave: () => Promise<unknown>
  onClose: () => void
  children: (problems: Problems) => ReactNode
}

export type Problems = Readonly<Record<string, string | undefined>>

/** A form's own refusal, by its field. */
export class Refused extends Error {
  constructor(
    readonly field: string,
    readonly detail: string,
  ) {
    super(detail)
  }
}

export function PresetForm({ fields, saveLabel, onSave, onClose, children }: PresetFormProps) {
  const t = useWords()
  const [problems, setProblems] = useState<Problems>({})
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    setProblems({})
    try {
      await onSave()
      onClose()
    } catch (reason) {
      const known = reason instanceof ApiError || reason instanceof Refused ? reason : ApiError.network()
      const field = known.field !== undefined && fields.includes(known.field) ? known.field : 'other'
      setProblems({ [field]: known.detail })
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="preset-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        event.stopPropagation()
        if (!busy) void save()
      }}
    >
      {children(problems)}
      {problems.other ? (
        <p role="alert" className="preset-form__failure">
          {problems.other}
        </p>
      ) : null}
      <div className="preset-form__choices">
        <Button onClick={onClose}>{t('presets.cancel')}</Button>
        <Button type="submit" tone="primary" disabled={busy}>
          {saveLabel ?? t('presets.save')}
        </Button>
      </div>
    </form>
  )
}
