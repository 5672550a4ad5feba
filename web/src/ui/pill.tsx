/** Status pill: a shape and a word, so that the colour is never needed to tell states apart. */
import type { ReactNode } from 'react'
import './pill.css'

export type PillTone = 'running' | 'waiting' | 'done' | 'failed' | 'neutral'

export function Pill({ tone, children }: { tone: PillTone; children: ReactNode }) {
  return (
    <span className={`ui-pill ui-pill--${tone}`}>
      <StateMark tone={tone} />
      {children}
    </span>
  )
}

/** The pill's shape alone. `label` says it where no word stands beside it. */
export function StateMark({ tone, label }: { tone: PillTone; label?: string }) {
  return (
    <>
      <svg
        className={`ui-mark ui-mark--${tone}`}
        width="8"
        height="8"
        viewBox="0 0 8 8"
        fill="currentColor"
        aria-hidden
      >
        {SHAPES[tone]}
      </svg>
      {label ? <span className="visually-hidden">{label}</span> : null}
    </>
  )
}

const SHAPES: Record<PillTone, ReactNode> = {
  running: <circle cx="4" cy="4" r="3.5" />,
  waiting: <path d="M4 0l4 4-4 4-4-4z" />,
  done: <rect x="0.5" y="0.5" width="7" height="7" rx="1" />,
  failed: <path d="M4 0.5l4 7H0z" />,
  neutral: <circle cx="4" cy="4" r="2.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
}
