/** A word about a control, on hover and focus. It never holds anything that stands nowhere else. */
import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'
import './tooltip.css'

export interface TooltipProps {
  label: ReactNode
  keys?: readonly string[]
  side?: 'top' | 'bottom' | 'left' | 'right'
  /** The control; takes the trigger's props. */
  children: ReactElement<Record<string, unknown>>
}

export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="ui-tooltip-place">
          <Base.Popup className="ui-tooltip">
            {label}
            {keys ? <Kbd keys={keys} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Lets neighbours show at once after the first tooltip waited. Stands once, near the root. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Base.Provider delay={500}>{children}</Base.Provider>
}
