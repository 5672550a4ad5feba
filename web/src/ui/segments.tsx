/** A few exclusive choices side by side: a radio group that looks like one control. */
import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useId } from 'react'
import './segments.css'

export interface SegmentsProps<Value extends string> {
  label: string
  hint?: string
  value: Value
  /** `lang`: of a label that is in another language. */
  options: readonly { value: Value; label: string; lang?: string }[]
  onChange: (value: Value) => void
}

export function Segments<Value extends string>({
  label,
  hint,
  value,
  options,
  onChange,
}: SegmentsProps<Value>) {
  const labelId = useId()
  return (
    <div className="ui-segments">
      <div className="ui-segments__words">
        <span id={labelId} className="ui-segments__label">
          {label}
        </span>
        {hint ? (
          <p id={`${labelId}-hint`} className="ui-segments__hint">
            {hint}
          </p>
        ) : null}
      </div>
      <RadioGroup
        aria-labelledby={labelId}
        aria-describedby={hint ? `${labelId}-hint` : undefined}
        className="ui-segments__group"
        value={value}
        onValueChange={(chosen) => onChange(chosen as Value)}
      >
        {options.map((option) => (
          <Radio.Root
            key={option.value}
            value={option.value}
            className="ui-segments__option"
            lang={option.lang}
          >
            {option.label}
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  )
}
