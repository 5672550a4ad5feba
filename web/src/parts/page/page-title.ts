/** The title of the tab: what is on screen, and before it how many answers ended out of sight. */
import { useEffect } from 'react'

let shown = ''
let unseen = 0

/** Titles the tab while mounted. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    shown = title
    write()
  }, [title])
}

/** 0: none. */
export function setUnseen(count: number): void {
  unseen = count
  write()
}

function write(): void {
  document.title = unseen > 0 ? `(${unseen}) ${shown}` : shown
}
