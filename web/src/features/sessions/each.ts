/** The same done with many things, a few at a time, whatever becomes of single ones. */

/** Requests under way at once. */
const AT_ONCE = 4

export interface Outcome<T> {
  done: T[]
  failed: T[]
  /** Why the first one failed. */
  reason: unknown
}

/** `onStep` hears how many have been tried. */
export async function each<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
  onStep: (tried: number) => void = () => {},
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [], reason: undefined }
  let next = 0
  let tried = 0
  const work = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      try {
        await act(item)
        outcome.done.push(item)
      } catch (reason) {
        if (outcome.failed.length === 0) outcome.reason = reason
        outcome.failed.push(item)
      }
      tried += 1
      onStep(tried)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work))
  return outcome
}
