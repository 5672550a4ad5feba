/** Whether the rail is shown on a wide screen; kept in this browser. */
import { useState } from 'react'

const ENTRY = 'cowork.rail'

export function useRailOpen(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(read)
  return [
    open,
    (wanted) => {
      setOpen(wanted)
      try {
        localStorage.setItem(ENTRY, wanted ? 'shown' : 'hidden')
      } catch {
        // Storage is full or forbidden: the choice holds until the page closes.
      }
    },
  ]
}

function read(): boolean {
  try {
    return localStorage.getItem(ENTRY) !== 'hidden'
  } catch {
    return true
  }
}
