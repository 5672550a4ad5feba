/** A small panel beside the control that opens it. */
import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode, RefObject } from 'react'
import './popover.css'

export interface PopoverProps {
  /** The control that opens it; takes the trigger's props. */
  trigger: ReactElement<Record<string, unknown>>
  /** Names the panel for screen readers. */
  label: string
  side?: 'top' | 'bottom'
  align?: 'start' | 'center' | 'end'
  /** With it the caller keeps whether it is open. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** What has the focus first. Absent: the first thing that can have it. */
  initialFocus?: RefObject<HTMLElement | null>
  /** `bare`: what is in it goes to the edge. */
  inset?: 'padded' | 'bare'
  children: ReactNode
}

export function Popover({
  trigger,
  label,
  side = 'bottom',
  align = 'start',
  open,
  onOpenChange,
  initialFocus,
  inset = 'padded',
  children,
}: PopoverProps) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (next: boolean) => onOpenChange(next) } : {})}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className="ui-popover-place"
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          <Base.Popup
            className={`ui-popover ui-popover--${inset}`}
            aria-label={label}
            {...(initialFocus ? { initialFocus } : {})}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
