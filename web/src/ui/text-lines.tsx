/** Several lines of text with a label and a hint: a list, one entry a line. */
import { Field } from '@base-ui/react/field'
import './text-field.css'

export interface TextLinesProps {
  label: string
  value: string
  rows: number
  hint?: string
  /** Why the value can't be taken. Absent: it can. */
  problem?: string | undefined
  onChange: (value: string) => void
}

export function TextLines({ label, value, rows, hint, problem, onChange }: TextLinesProps) {
  return (
    <Field.Root className="ui-field" invalid={problem !== undefined}>
      <Field.Label className="ui-field__label">{label}</Field.Label>
      <Field.Control
        render={<textarea rows={rows} />}
        className="ui-field__input ui-field__input--mono ui-field__input--lines"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onValueChange={onChange}
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
