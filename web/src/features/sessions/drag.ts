/** Sessions that are dragged, and what they may be dropped on. */
import { type DragEvent, useState } from 'react'

const TYPE = 'application/x-cowork-sessions'

export function startDrag(event: DragEvent, ids: readonly string[]): void {
  event.dataTransfer.setData(TYPE, JSON.stringify(ids))
  event.dataTransfer.effectAllowed = 'move'
}

function idsOf(event: DragEvent): string[] {
  try {
    const ids: unknown = JSON.parse(event.dataTransfer.getData(TYPE))
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** Props of a place that takes sessions, and whether some are held over it. */
export function useDrop(onDrop: (ids: string[]) => void) {
  const [over, setOver] = useState(false)
  return {
    over,
    props: {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(TYPE)) return
        event.preventDefault()
        event.stopPropagation()
        event.dataTransfer.dropEffect = 'move'
        setOver(true)
      },
      onDragLeave: (event: DragEvent) => {
        const to = event.relatedTarget
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        setOver(false)
        const ids = idsOf(event)
        if (ids.length === 0) return
        event.preventDefault()
        event.stopPropagation()
        onDrop(ids)
      },
    },
  }
}
