// Text that goes into a draft from elsewhere on the page: the composer that is open takes it, at its caret.
//
// Elsewhere: where in the text that is and what stands around it (the composer); the drafts themselves (drafts.ts).
import { useEffect, useRef } from 'react'

type Take = (block: string) => void

const takers = new Map<string, Take>()

/** Puts a block into the draft; `false`: no composer for it is open. */
export function insertBlock(draftKey: string, block: string): boolean {
  const take = takers.get(draftKey)
  take?.(block)
  return take !== undefined
}

/** Takes what is inserted into the draft while mounted. */
export function useInsertions(draftKey: string, take: Take): void {
  const latest = useRef(take)
  useEffect(() => {
    latest.current = take
  })
  useEffect(() => {
    const own: Take = (block) => latest.current(block)
    takers.set(draftKey, own)
    return () => {
      if (takers.get(draftKey) === own) takers.delete(draftKey)
    }
  }, [draftKey])
}
