/**
 * Printing: for as long as it lasts every loaded message is there, and the page's own way loads all of them before.
 *
 * Elsewhere: what of the page is on paper (`print.css` of the app).
 */
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { words } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import { loadWhole } from '../../state'
import { showToast } from '../../ui/toast'

/** Messages on paper at most: a longer conversation is a file, not a print. */
export const MOST_PRINTED = 1_000

/** Whether the page is being printed now. */
export function usePrinting(sessionId: string): boolean {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    // The browser takes its picture when the handler returns.
    const begin = () => flushSync(() => setPrinting(true))
    const end = () => setPrinting(false)
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
    }
  }, [])
  useAction('print', () => {
    void loadWhole(sessionId, MOST_PRINTED).then((loaded) => {
      if (loaded === 'whole') {
        // A menu or a palette that it came from is gone by then.
        setTimeout(() => window.print(), 0)
        return
      }
      const title = words(loaded === 'failed' ? 'thread.printFailed' : 'thread.printTooLong', {
        count: MOST_PRINTED,
      })
      showToast({ title, tone: 'failed' })
    })
  })
  return printing
}
