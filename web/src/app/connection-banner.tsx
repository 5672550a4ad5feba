/** Said calmly, and only when it matters: the page and the server have lost each other. */
import { useEffect, useState } from 'react'
import { useWords } from '../i18n'
import { type Connection, reconnectNow, useConnection } from '../state'
import { Button } from '../ui/button'
import './connection-banner.css'

/** Milliseconds a connection may be away before a word is said. */
const PATIENCE_MS = 1_000

export function ConnectionBanner() {
  const t = useWords()
  const connection = useConnection()
  const { state } = connection
  const seconds = useCountdown(connection)
  const lost = useLost(state)
  if (!lost) return null
  return (
    <div className="connection-banner">
      {/* Read out once; the seconds are for the eyes. */}
      <p className="visually-hidden" role="status">
        {t(state === 'offline' ? 'connection.offline' : 'connection.lost')}
      </p>
      <p className="connection-banner__words" aria-hidden>
        {state === 'offline'
          ? t('connection.offline')
          : seconds > 0
            ? t('connection.retrying', { count: seconds })
            : t('connection.retryingNow')}
      </p>
      <Button size="s" onClick={reconnectNow}>
        {t('connection.retryNow')}
      </Button>
    </div>
  )
}

/** From a failed try on, through all tries that follow, until one succeeds. */
function useLost(state: Connection['state']): boolean {
  const [failing, setFailing] = useState(false)
  const [patient, setPatient] = useState(true)
  if (!failing && (state === 'retrying' || state === 'offline')) setFailing(true)
  if (failing && (state === 'live' || state === 'hidden')) setFailing(false)
  useEffect(() => {
    setPatient(true)
    if (!failing) return
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [failing])
  return failing && !patient
}

/** Whole seconds until the next try; 0 while one is made. */
function useCountdown(connection: Connection): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (connection.state !== 'retrying' || connection.retryInMs === undefined) {
      setLeft(0)
      return
    }
    const until = Date.now() + connection.retryInMs
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000)))
    tick()
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [connection])
  return left
}
