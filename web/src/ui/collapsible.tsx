/** A line that opens to show more. */
import { Collapsible as Base } from '@base-ui/react/collapsible'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import './collapsible.css'

export interface CollapsibleProps {
  summary: ReactNode
  children: ReactNode
  defaultOpen?: boolean
}

export function Collapsible({ summary, children, defaultOpen = false }: CollapsibleProps) {
  return (
    <Base.Root className="ui-collapsible" defaultOpen={defaultOpen}>
      <Base.Trigger className="ui-collapsible__trigger">
        <ChevronRight className="ui-collapsible__arrow" size={14} aria-hidden />
        {summary}
      </Base.Trigger>
      <Base.Panel className="ui-collapsible__panel">{children}</Base.Panel>
    </Base.Root>
  )
}
