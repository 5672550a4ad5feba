/** Badge: a fact in mono in a hairline box (a model, a mode, a size). States are pills. */
import type { ReactNode } from 'react'
import './badge.css'

export function Badge({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'waiting' | 'failed'
  children: ReactNode
}) {
  return <span className={`ui-badge ui-badge--${tone}`}>{children}</span>
}
