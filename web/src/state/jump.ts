// The way to one message: on whatever branch, however far up.
//
// Always true: there is one target at most; it stays until the list that shows the thread has reached it, or it turns
// out to be gone. Elsewhere: scrolling there and marking what was found (the thread).
import { useCallback } from 'react'
import { selectBranch } from './commands'
import { hasEarlier } from './fold'
import { sessionStore } from './sessions'
import { Store, useSelected } from './store'
import { threadOf } from './threads'

/** Messages that are loaded in one go on the way up. */
const STRIDE = 1_000

export interface Target {
  readonly sessionId: string
  readonly messageId: string
  /** What is marked in it, letter by letter. */
  readonly texts: readonly string[]
  /** Which occurrence is brought into view, from 0. */
  readonly nth: number | 'last'
  /** Whether the message gets the focus. */
  readonly focus: boolean
}

const targetStore = new Store<Target | null>(null)
/** Targets whose branch is being chosen on the way, or was. */
const branches = new WeakMap<Target, 'asked' | 'chosen'>()

/** Goes to a message; `elsewhere`: it is known not to be on the branch that is shown. */
export function showMessage(target: Target, elsewhere = false): void {
  targetStore.set(target)
  if (elsewhere) switchBranch(target)
}

/** Nothing is looked for or marked any more. */
export function leaveTarget(): void {
  targetStore.set(null)
}

export function useTarget(sessionId: string): Target | null {
  const select = useCallback(
    (target: Target | null) => (target?.sessionId === sessionId ? target : null),
    [sessionId],
  )
  return useSelected(targetStore, select)
}

/** One step towards a target that is not among the rows. Called again when they have changed. */
export function approach(target: Target): void {
  const thread = threadOf(target.sessionId)
  const { status } = thread.store.get()
  if (status === 'missing') drop(target)
  if (status !== 'ready' || thread.current.incomplete || branches.get(target) === 'asked') return
  // The chosen branch is on its way.
  const leaf = sessionStore.get().byId.get(target.sessionId)?.activeLeafId
  if (leaf && leaf !== thread.current.leaf) return
  if (hasEarlier(thread.current)) void thread.loadEarlier(STRIDE)
  else if (branches.has(target)) drop(target)
  else switchBranch(target)
}

function switchBranch(target: Target): void {
  branches.set(target, 'asked')
  selectBranch(target.sessionId, target.messageId).then(
    () => {
      branches.set(target, 'chosen')
      if (targetStore.get() === target) approach(target)
    },
    () => drop(target),
  )
}

function drop(target: Target): void {
  if (targetStore.get() === target) targetStore.set(null)
}
