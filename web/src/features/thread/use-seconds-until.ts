// A countdown, changed once a second.
import { useEffect, useState } from 'react'

/** Whole seconds until `at`, rounded up; 0 from then on. */
export function useSecondsUntil(at: number): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(at))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      const left = at - Date.now()
      setSeconds(secondsUntil(at))
      // At the next full second from the end, so that no second is shown twice.
      if (left > 0) timer = setTimeout(look, left % 1_000 || 1_000)
    }
    look()
    return () => clearTimeout(timer)
  }, [at])
  return seconds
}

function secondsUntil(at: number): number {
  return Math.max(0, Math.ceil((at - Date.now()) / 1_000))
}
