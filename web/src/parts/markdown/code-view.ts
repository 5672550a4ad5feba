// How code is shown, in every message alike: whether long lines wrap, whether lines have numbers. Kept in this browser.
import { useSyncExternalStore } from 'react'

export interface CodeView {
  wrap: boolean
  numbers: boolean
}

const ENTRY = 'cowork.code'
const listeners = new Set<() => void>()
let view: CodeView | undefined

export function useCodeView(): CodeView {
  return useSyncExternalStore(subscribe, current)
}

export function changeCodeView(change: Partial<CodeView>): void {
  view = { ...current(), ...change }
  try {
    localStorage.setItem(ENTRY, JSON.stringify(view))
  } catch {
    // Storage is full or forbidden: the choice holds until the page closes.
  }
  for (const listener of [...listeners]) listener()
}

function current(): CodeView {
  view ??= read()
  return view
}

function read(): CodeView {
  try {
    const { wrap, numbers } = JSON.parse(localStorage.getItem(ENTRY) ?? '{}') as Partial<CodeView>
    return { wrap: wrap === true, numbers: numbers === true }
  } catch {
    return { wrap: false, numbers: false }
  }
}

function subscribe(listener: () => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key !== ENTRY) return
    view = undefined
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', heard)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', heard)
  }
}
