// The mark on a message that was edited. What it said before is fetched late (`revisions`).
import { useState } from 'react'
import { useWords } from '../../i18n'
import { late } from '../../parts/page/late'
import type { ChatMessage } from '../../state'
import { Dialog } from '../../ui/dialog'
import './edited-mark.css'

const Revisions = late(async () => (await import('./revisions')).Revisions)

/** That a message was edited, and the way to what it said before. */
export function EditedMark({ message }: { message: ChatMessage }) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="row__edited"
        aria-label={words('revisions.openLabel')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {words('revisions.open')}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={words('revisions.title')}
        closeLabel={words('revisions.close')}
      >
        <Revisions message={message} onRestored={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
