/** A session by its title, with the way to it as long as it is there. */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../i18n'
import { ensureTitles, useSessionMeta } from '../../state'

export function SessionName({ id }: { id: string }) {
  const t = useWords()
  const session = useSessionMeta(id)
  const [looked, setLooked] = useState(false)
  useEffect(() => {
    let current = true
    void ensureTitles([id]).then(() => current && setLooked(true))
    return () => {
      current = false
    }
  }, [id])
  if (session && !session.deletedAt)
    return <Link href={`/s/${id}`}>{session.title || t('usage.untitled')}</Link>
  if (session || looked) return <span className="usage__gone">{t('usage.deletedSession')}</span>
  return <span className="usage__gone">…</span>
}
