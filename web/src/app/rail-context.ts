/** Whether the sessions are on screen, and the way to show them: for the header's button. */
import { createContext, useContext } from 'react'

export interface RailState {
  open: boolean
  show: () => void
}

export const RailContext = createContext<RailState>({ open: true, show: () => undefined })

export function useRail(): RailState {
  return useContext(RailContext)
}
