/**
 * A field with choices below it that change as one types, over the page: for searching, and for whatever else is chosen
 * by typing.
 *
 * Always true: the focus stays in the field; arrows move through the choices, Enter takes one, Escape closes. Elsewhere:
 * which choices there are.
 */
import { Dialog as Base } from '@base-ui/react/dialog'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import './palette.css'

export interface PaletteOption {
  key: string
  content: ReactNode
  onChoose: () => void
}

export interface PaletteProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names the dialog and the field. */
  label: string
  /** Names the choices. */
  listLabel: string
  placeholder: string
  value: string
  onChange: (value: string) => void
  /** Stands before the field. */
  icon: ReactNode
  /** What narrows the choices, under the field. */
  filters?: ReactNode
  /** A heading over the choices. */
  heading?: string | undefined
  options: readonly PaletteOption[]
  /** Stands where choices would, or after them. */
  children?: ReactNode
  /** Read out when it changes. */
  status: string
  /** The last choices are in sight. */
  onEnd?: () => void
}

export function Palette(props: PaletteProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <Base.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup className="ui-palette" aria-label={props.label} initialFocus={field}>
          <Inside {...props} field={field} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Inside({ field, ...props }: PaletteProps & { field: React.RefObject<HTMLInputElement | null> }) {
  const { options } = props
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const index = Math.max(
    0,
    options.findIndex((option) => option.key === chosen),
  )
  const active = options[index]

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })

  const onKeyDown = (press: KeyboardEvent) => {
    if (press.nativeEvent.isComposing) return
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + 8, PageUp: index - 8 }[press.key]
    if (to !== undefined) {
      press.preventDefault()
      const next = options[Math.max(0, Math.min(options.length - 1, to))]
      if (next) setChosen(next.key)
      if (to >= options.length - 2) props.onEnd?.()
    } else if (press.key === 'Enter' && active) {
      press.preventDefault()
      active.onChoose()
    }
  }

  return (
    <>
      <div className="ui-palette__head">
        {props.icon}
        <input
          ref={field}
          className="ui-palette__field"
          type="text"
          role="combobox"
          aria-label={props.label}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(active ? { 'aria-activedescendant': `${id}-${index}` } : {})}
          autoComplete="off"
          spellCheck={false}
          placeholder={props.placeholder}
          value={props.value}
          onChange={(event) => {
            setChosen(null)
            props.onChange(event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {props.filters ? <div className="ui-palette__filters">{props.filters}</div> : null}
      <div
        ref={list}
        className="ui-palette__body"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          if (scrollHeight - scrollTop - clientHeight < 200) props.onEnd?.()
        }}
      >
        {props.heading ? <p className="ui-palette__heading">{props.heading}</p> : null}
        <div id={`${id}-list`} role="listbox" aria-label={props.listLabel} className="ui-palette__list">
          {options.map((option, at) => (
            // The keys are the field's, which keeps the focus.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            // biome-ignore lint/a11y/useFocusableInteractive: see above
            <div
              key={option.key}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === index}
              className="ui-palette__option"
              onMouseMove={() => setChosen(option.key)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={option.onChoose}
            >
              {option.content}
            </div>
          ))}
        </div>
        {props.children}
      </div>
      <p className="ui-palette__status" role="status">
        {props.status}
      </p>
    </>
  )
}
