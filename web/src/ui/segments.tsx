/** A few exclusive choices side by side: a radio group that looks like one control. */
import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useId } from 'react'
import './segments.css'

export interface SegmentsProps<Value extends string> {
  label: string
  value: Value
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
}

export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  const labelId = useId()
  return (
    <div className="ui-segments">
      <span id={labelId} className="ui-segments__label">
        {label}
      </span>
      <RadioGroup
        aria-labelledby={labelId}
        className="ui-segments__group"
        value={value}
        onValueChange={(chosen) => onChange(chosen as Value)}
      >
        {options.map((option) => (
          <Radio.Root key={option.value} value={option.value} className="ui-segments__option">
            {option.label}
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  )
}
