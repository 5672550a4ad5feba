/** Where a session was branched from, as the way back. */
import { GitBranch } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../i18n'
import { ensureTitles, useSessionMeta } from '../../state'
import { titleOf } from './session-commands'
import './shelf.css'

export function ForkOrigin({ sessionId }: { sessionId: string }) {
  const t = useWords()
  const origin = useSessionMeta(sessionId)
  const [looked, setLooked] = useState(false)
  useEffect(() => {
    let current = true
    setLooked(false)
    void ensureTitles([sessionId]).then(() => current && setLooked(true))
    return () => {
      current = false
    }
  }, [sessionId])
  if (!origin && !looked) return null
  const there = origin && !origin.deletedAt
  const words = there ? t('shelf.forkedFrom', { title: titleOf(origin) }) : t('shelf.forkedFromGone')
  return (
    <span className="fork-origin" title={words}>
      <GitBranch size={13} aria-hidden />
      {there ? (
        <Link className="fork-origin__words" href={`/s/${sessionId}`}>
          {words}
        </Link>
      ) : (
        <span className="fork-origin__words">{words}</span>
      )}
    </span>
  )
}
