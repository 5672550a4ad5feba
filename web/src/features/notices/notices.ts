/**
 * Tells of answers that end while the page is out of sight: a number in the tab's title, and a notification of the
 * browser's for who switched them on.
 *
 * Always true: nothing is asked for and nothing is shown while the page is in sight; a session has one notification.
 * Elsewhere: which answers (`state/ended.ts`), the switch (`settings/notification-settings.tsx`).
 */
import { useEffect, useRef } from 'react'
import { words } from '../../i18n'
import { plainText } from '../../parts/markdown/plain-text'
import { setUnseen } from '../../parts/page/page-title'
import { type EndedAnswer, onAnswerEnded, preferences } from '../../state'

/** Characters of an answer that a notification shows. */
const BODY_MAX = 140
/** As much Markdown as may be needed for them. */
const READ_MAX = 2_000

/** Once, in the app's frame. */
export function useNotices(open: (sessionId: string) => void): void {
  const latest = useRef(open)
  useEffect(() => {
    latest.current = open
  })
  useEffect(() => {
    let unseen = 0
    const stop = onAnswerEnded((ended) => {
      unseen += 1
      setUnseen(unseen)
      notify(ended, () => latest.current(ended.sessionId))
    })
    const seen = () => {
      if (document.visibilityState === 'hidden' || unseen === 0) return
      unseen = 0
      setUnseen(0)
    }
    document.addEventListener('visibilitychange', seen)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', seen)
      setUnseen(0)
    }
  }, [])
}

function notify(ended: EndedAnswer, open: () => void): void {
  const { notify: on, notifyText } = preferences()
  if (!on || typeof Notification === 'undefined' || Notification.permission !== 'granted') return
  const title = ended.title || words('notices.untitled')
  const outcome = words(ended.failed ? 'notices.failed' : 'notices.finished')
  const body = notifyText ? beginning(ended.text) || outcome : outcome
  try {
    const shown = new Notification(ended.failed ? words('notices.failedIn', { title }) : title, {
      body,
      tag: `cowork-${ended.sessionId}`,
      icon: '/icon-192.png',
    })
    shown.onclick = () => {
      window.focus()
      open()
      shown.close()
    }
  } catch {
    // Some browsers have the name and let only service workers use it; the number in the title tells.
  }
}

/** The first words of Markdown, on one line. */
export function beginning(markdown: string): string {
  const text = plainText(markdown.slice(0, READ_MAX)).replace(/\s+/g, ' ').trim()
  if (text.length <= BODY_MAX) return text
  const cut = text.lastIndexOf(' ', BODY_MAX)
  return `${text.slice(0, cut > BODY_MAX / 2 ? cut : BODY_MAX)}…`
}
