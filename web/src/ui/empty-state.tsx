/** Nothing here yet: what belongs here and the one thing to do about it. */
import type { ReactNode } from 'react'
import './empty-state.css'

export interface EmptyStateProps {
  title: string
  /** The title is the page's heading. */
  heading?: boolean
  children?: ReactNode
  action?: ReactNode
  size?: 's' | 'm'
}

export function EmptyState({ title, heading = false, children, action, size = 'm' }: EmptyStateProps) {
  return (
    <div className={`ui-empty ui-empty--${size}`}>
      {heading ? <h1 className="ui-empty__title">{title}</h1> : <p className="ui-empty__title">{title}</p>}
      {children ? <p className="ui-empty__body">{children}</p> : null}
      {action}
    </div>
  )
}
