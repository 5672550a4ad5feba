/** On or off, with its label and what it does. */
import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'
import './switch.css'

export interface SwitchProps {
  label: string
  hint?: string
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="ui-switch">
      <div className="ui-switch__words">
        <label id={`${id}-label`} className="ui-switch__label" htmlFor={id}>
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="ui-switch__hint">
            {hint}
          </p>
        ) : null}
      </div>
      <Base.Root
        id={id}
        className="ui-switch__track"
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint ? `${id}-hint` : undefined}
      >
        <Base.Thumb className="ui-switch__thumb" />
      </Base.Root>
    </div>
  )
}
