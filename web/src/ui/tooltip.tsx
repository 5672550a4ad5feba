/**
 * A word about a control, on hover and focus. It never holds anything that stands nowhere else.
 *
 * Always true: there is one tooltip for all controls, since a root for each of them costs more than the controls do;
 * {@link TooltipProvider} holds it.
 */
import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'
import './tooltip.css'

export interface TooltipProps extends Said {
  /** The control; takes the trigger's props. */
  children: ReactElement<Record<string, unknown>>
}

interface Said {
  label: ReactNode
  keys?: readonly string[]
  side?: 'top' | 'bottom' | 'left' | 'right'
}

const shared = Base.createHandle<Said>()

export function Tooltip({ children, ...said }: TooltipProps) {
  return <Base.Trigger handle={shared} payload={said} render={children} />
}

/** Holds the tooltip and lets neighbours show at once after the first one waited. Stands once, near the root. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider delay={500}>
      {children}
      <Base.Root handle={shared}>
        {({ payload }) => (
          <Base.Portal>
            <Base.Positioner side={payload?.side ?? 'bottom'} sideOffset={6} className="ui-tooltip-place">
              <Base.Popup className="ui-tooltip">
                {payload?.label}
                {payload?.keys ? <Kbd keys={payload.keys} /> : null}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        )}
      </Base.Root>
    </Base.Provider>
  )
}
