// Follows a target until its message is in view: loads what lies before it, then scrolls there.
import { type RefObject, useEffect, useRef } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { approach, type Target, type ThreadView, useSessionMeta } from '../../state'
import { bring } from './bring'
import type { Stick } from './stick'

export interface ListParts {
  list: RefObject<VirtualizerHandle | null>
  scroller: RefObject<HTMLElement | null>
  sticking: RefObject<Stick | undefined>
}

export function useBringing(target: Target | null, view: ThreadView, parts: ListParts): void {
  const { list, scroller, sticking } = parts
  const { rows, status, loadingEarlier } = view
  const leaf = useSessionMeta(target?.sessionId ?? null)?.activeLeafId
  const reached = useRef<Target | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these may be what it waited for
  useEffect(() => {
    if (!target || reached.current === target) return
    const index = rows.indexOf(target.messageId)
    if (index < 0) return approach(target)
    if (!list.current || !scroller.current) return
    sticking.current?.letGo()
    return bring(list.current, scroller.current, index, target, () => {
      reached.current = target
    })
  }, [target, rows, status, loadingEarlier, leaf])
}
