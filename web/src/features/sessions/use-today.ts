/** A time within the present day, that changes at midnight: for groups that read "Today" and "Yesterday". */
import { useEffect, useState } from 'react'

export function useToday(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const midnight = new Date(now)
    midnight.setHours(24, 0, 0, 0)
    const timer = setTimeout(() => setNow(Date.now()), midnight.getTime() - now + 50)
    return () => clearTimeout(timer)
  }, [now])
  return now
}
