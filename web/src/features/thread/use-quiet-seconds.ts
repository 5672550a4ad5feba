// How long nothing has come, for "Working…".
import { useEffect, useRef, useState } from 'react'

/** Silence that is worth a word. */
const QUIET_MS = 2_000
const LOOK_MS = 500

/** Whole seconds since `sign` last changed; 0 while it changes often enough. */
export function useQuietSeconds(sign: unknown): number {
  const changedAt = useRef(0)
  const [seconds, setSeconds] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the sign is the point
  useEffect(() => {
    changedAt.current = performance.now()
    setSeconds(0)
  }, [sign])
  useEffect(() => {
    const timer = setInterval(() => {
      const quiet = performance.now() - changedAt.current
      setSeconds(quiet < QUIET_MS ? 0 : Math.floor(quiet / 1_000))
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  return seconds
}
