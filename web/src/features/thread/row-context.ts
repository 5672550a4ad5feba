// What a row can ask of the list it is in. The value never changes while the list is mounted.
import { createContext, useContext } from 'react'

export interface RowActions {
  sessionId: string
  /** Opens a message for editing; `null` closes it. */
  edit(id: string | null): void
  /** Puts what of a message is selected, else all of it, into the composer as a quote. */
  quote(id: string): void
  /** The row that J and K start from. */
  focus(id: string): void
  /** Stay where we are, whatever changes below. */
  hold(): void
}

export const RowActionsContext = createContext<RowActions>({
  sessionId: '',
  edit: () => {},
  quote: () => {},
  focus: () => {},
  hold: () => {},
})

export function useRowActions(): RowActions {
  return useContext(RowActionsContext)
}
