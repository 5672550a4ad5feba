/** Secrets, one a line: shown as dots, as in a password field, which would take the line breaks out of what is pasted. */
import { Field } from '@base-ui/react/field'
import type { KeyboardEvent, Ref } from 'react'
import './text-field.css'

export interface SecretFieldProps {
  label: string
  value: string
  placeholder?: string
  hint?: string
  /** Why the value can't be taken. Absent: it can. */
  problem?: string | undefined
  ref?: Ref<HTMLElement>
  onChange: (value: string) => void
}

/** Lines that are shown at once. */
const LINES_MAX = 6

export function SecretField({ label, value, placeholder, hint, problem, ref, onChange }: SecretFieldProps) {
  const lines = Math.min(value.split('\n').length, LINES_MAX)
  return (
    <Field.Root className="ui-field" invalid={problem !== undefined}>
      <Field.Label className="ui-field__label">{label}</Field.Label>
      <Field.Control
        render={<textarea rows={lines} />}
        {...(ref ? { ref } : {})}
        className="ui-field__input ui-field__input--mono ui-field__input--secret"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        value={value}
        {...(placeholder ? { placeholder } : {})}
        onValueChange={onChange}
        onKeyDown={submitOnEnter}
      />
      {hint && !problem ? <Field.Description className="ui-field__hint">{hint}</Field.Description> : null}
      {problem ? (
        <Field.Error match className="ui-field__problem">
          {problem}
        </Field.Error>
      ) : null}
    </Field.Root>
  )
}

/** As in a field of one line; Shift+Enter begins the next one. */
function submitOnEnter(press: KeyboardEvent<HTMLElement>): void {
  if (press.key !== 'Enter' || press.shiftKey || press.nativeEvent.isComposing) return
  press.preventDefault()
  press.currentTarget.closest('form')?.requestSubmit()
}
