/** One line of text with its label, a hint and, when it can't be taken, the reason. */
import { Field } from '@base-ui/react/field'
import type { ComponentProps } from 'react'
import './text-field.css'

export interface TextFieldProps
  extends Omit<ComponentProps<'input'>, 'className' | 'defaultValue' | 'value'> {
  label: string
  value: string
  hint?: string
  /** Why the value can't be taken. Absent: it can. */
  problem?: string | undefined
  mono?: boolean
}

export function TextField({ label, hint, problem, mono = false, ...input }: TextFieldProps) {
  return (
    <Field.Root className="ui-field" invalid={problem !== undefined}>
      <Field.Label className="ui-field__label">{label}</Field.Label>
      <Field.Control
        {...input}
        className={mono ? 'ui-field__input ui-field__input--mono' : 'ui-field__input'}
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
