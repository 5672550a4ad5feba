/** Menus: actions on a thing, or one choice out of groups, with a filter when there are many. */
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'
import './menu.css'

interface MenuFrame {
  /** The control that opens it; takes the trigger's props. */
  trigger: ReactElement<Record<string, unknown>>
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom'
  onOpenChange?: (open: boolean) => void
}

export function Menu({ trigger, children, ...frame }: MenuFrame & { children: ReactNode }) {
  return (
    <Base.Root modal={false} {...(frame.onOpenChange ? { onOpenChange: frame.onOpenChange } : {})}>
      <Base.Trigger render={trigger} />
      <Place frame={frame}>{children}</Place>
    </Base.Root>
  )
}

function Place({ frame, children }: { frame: Omit<MenuFrame, 'trigger'>; children: ReactNode }) {
  return (
    <Base.Portal>
      <Base.Positioner
        className="ui-menu-place"
        sideOffset={4}
        collisionPadding={8}
        align={frame.align ?? 'start'}
        side={frame.side ?? 'bottom'}
      >
        <Base.Popup className="ui-menu">{children}</Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}

export interface MenuItemProps {
  icon?: ReactNode
  keys?: readonly string[]
  tone?: 'plain' | 'danger'
  disabled?: boolean
  onSelect: () => void
  children: ReactNode
}

export function MenuItem({
  icon,
  keys,
  tone = 'plain',
  disabled = false,
  onSelect,
  children,
}: MenuItemProps) {
  return (
    <Base.Item className={`ui-menu__item ui-menu__item--${tone}`} disabled={disabled} onClick={onSelect}>
      {icon}
      <span className="ui-menu__words">{children}</span>
      {keys ? <Kbd keys={keys} /> : null}
    </Base.Item>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="ui-menu__separator" />
}

/** One choice. */
export interface Choice {
  value: string
  label: string
  /** Stands after the label: a badge, a note. */
  aside?: ReactNode
  /** A second, smaller line. */
  note?: string
}

export interface ChoiceGroup {
  label: string
  choices: readonly Choice[]
}

export interface ChoiceMenuProps extends MenuFrame {
  groups: readonly ChoiceGroup[]
  value: string | undefined
  onChoose: (value: string) => void
  /** With it the menu has a field that filters by label. */
  filter?: { label: string; none: (query: string) => string; query: string; onQuery: (query: string) => void }
  /** Stands at the end, outside the choices. */
  footer?: ReactNode
}

/** A menu of exclusive choices; the present one is checked. */
export function ChoiceMenu({ trigger, groups, value, onChoose, filter, footer, ...frame }: ChoiceMenuProps) {
  const list = (
    <Base.RadioGroup value={value ?? ''} onValueChange={(chosen: string) => onChoose(chosen)}>
      {groups.map((group) => (
        <Base.Group key={group.label} className="ui-menu__group">
          <Base.GroupLabel className="ui-menu__label">{group.label}</Base.GroupLabel>
          {group.choices.map((choice) => (
            <ChoiceItem key={choice.value} choice={choice} />
          ))}
        </Base.Group>
      ))}
    </Base.RadioGroup>
  )
  if (!filter) {
    return (
      <Menu trigger={trigger} {...frame}>
        <div className="ui-menu__scroll">{list}</div>
        {footer}
      </Menu>
    )
  }
  return (
    <Base.FilterProvider value={filter.query} onValueChange={filter.onQuery} autoHighlight>
      <Menu trigger={trigger} {...frame}>
        <Base.Input className="ui-menu__filter" aria-label={filter.label} placeholder={filter.label} />
        <Base.Empty className="ui-menu__none">{filter.none(filter.query)}</Base.Empty>
        <Base.List className="ui-menu__scroll">{list}</Base.List>
        {footer}
      </Menu>
    </Base.FilterProvider>
  )
}

function ChoiceItem({ choice }: { choice: Choice }) {
  return (
    <Base.RadioItem className="ui-menu__item" value={choice.value} label={choice.label} closeOnClick>
      <span className="ui-menu__check">
        <Base.RadioItemIndicator>
          <Check size={14} aria-hidden />
        </Base.RadioItemIndicator>
      </span>
      <span className="ui-menu__words">
        {choice.label}
        {choice.note ? <span className="ui-menu__note">{choice.note}</span> : null}
      </span>
      {choice.aside}
    </Base.RadioItem>
  )
}
