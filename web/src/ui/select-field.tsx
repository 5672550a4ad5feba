/** One choice out of a list in groups, with its label, a hint and, when it can't be taken, the reason: the browser's own. */
import { type ComponentProps, useId } from 'react'
import './select-field.css'

export interface SelectOption {
  value: string
  label: string
}

export interface SelectFieldProps extends Omit<ComponentProps<'select'>, 'className' | 'value' | 'children'> {
  label: string
  value: string
  /** Stands first and is no choice. */
  placeholder?: string
  groups: readonly { label: string; options: readonly SelectOption[] }[]
  hint?: string | undefined
  /** Why the value can't be taken. Absent: it can. */
  problem?: string | undefined
}

export function SelectField({
  label,
  value,
  placeholder,
  groups,
  hint,
  problem,
  ...select
}: SelectFieldProps) {
  const id = useId()
  const told = problem ?? hint
  return (
    <div className="ui-field">
      <label className="ui-field__label" htmlFor={`${id}-control`}>
        {label}
      </label>
      <select
        {...select}
        id={`${id}-control`}
        className="ui-field__input ui-select"
        value={value}
        aria-describedby={told ? `${id}-told` : undefined}
        aria-invalid={problem !== undefined || undefined}
        data-invalid={problem !== undefined || undefined}
      >
        {placeholder ? (
          <option value="" disabled hidden>
            {placeholder}
          </option>
        ) : null}
        {groups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {told ? (
        <p id={`${id}-told`} className={problem ? 'ui-field__problem' : 'ui-field__hint'}>
          {told}
        </p>
      ) : null}
    </div>
  )
}
