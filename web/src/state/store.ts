// The smallest store that React can subscribe to: one value, replaced whole, listeners told after.
import { useCallback, useRef, useSyncExternalStore } from 'react'

export class Store<T> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  get(): T {
    return this.value
  }

  /** Tells the listeners unless the value is the same one. */
  set(value: T): void {
    if (Object.is(value, this.value)) return
    this.value = value
    for (const listener of [...this.listeners]) listener()
  }

  update(change: (value: T) => T): void {
    this.set(change(this.value))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, () => store.get())
}

/**
 * A part of the store's value; the component renders again only when the part changes by `same`.
 *
 * `select` may make a new object each time as long as `same` can tell that nothing changed.
 */
export function useSelected<T, P>(
  store: Store<T>,
  select: (value: T) => P,
  same: (a: P, b: P) => boolean = Object.is,
): P {
  const last = useRef<{ part: P } | undefined>(undefined)
  const snapshot = useCallback(() => {
    const part = select(store.get())
    if (last.current && same(last.current.part, part)) return last.current.part
    last.current = { part }
    return part
  }, [store, select, same])
  return useSyncExternalStore(store.subscribe, snapshot)
}

/** Whether two lists hold the same things in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]))
}

/** Whether two flat objects have the same fields. */
export function sameFields<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]))
}
