/**
 * What one does with a whole session, with the way back offered for ten seconds.
 *
 * Always true: a refusal is said in the server's words, and the list goes back to what the server holds (`state`).
 */
import { words } from '../../i18n'
import {
  ApiError,
  archiveSession,
  compactSession,
  deleteSession,
  duplicateSession,
  type ExportFormat,
  exportSession,
  forkSession,
  pinSession,
  renameSession,
  restoreSession,
  type Session,
} from '../../state'
import { showToast } from '../../ui/toast'

/** Milliseconds that undo stays in reach. */
export const UNDO_MS = 10_000

export function titleOf(session: Pick<Session, 'title'> | undefined): string {
  return session?.title || words('app.untitled')
}

export function rename(session: Session, title: string): void {
  const wanted = title.trim()
  if (!wanted || wanted === session.title) return
  renameSession(session.id, wanted).catch(tell(words('sessions.renameFailed')))
}

export function togglePin(session: Session): void {
  pinSession(session.id, !session.pinned).catch(tell(words('sessions.pinFailed')))
}

/** Archives or brings back; `onBack` runs when an archived one was brought back by undo. */
export function toggleArchive(session: Session, onBack?: () => void): void {
  const archived = !session.archived
  archiveSession(session.id, archived).then(
    () => {
      if (!archived) return
      offerUndo(words('sessions.archived', { title: titleOf(session) }), () => {
        archiveSession(session.id, false).then(onBack, tell(words('sessions.restoreFailed')))
      })
    },
    tell(words('sessions.archiveFailed')),
  )
}

/** Deletes; `onBack` runs when undo brought it back. */
export function deleteWithUndo(session: Session, onBack?: () => void): void {
  deleteSession(session.id).then(
    () => {
      offerUndo(words('sessions.deleted', { title: titleOf(session) }), () => {
        restoreSession(session.id).then(onBack, tell(words('sessions.restoreFailed')))
      })
    },
    tell(words('sessions.deleteFailed')),
  )
}

/** Copies the shown branch into a session of its own; `onMade` gets its id. */
export function fork(session: Session, onMade: (id: string) => void): void {
  forkSession(session.id).then(onMade, tell(words('sessions.forkFailed')))
}

/** Copies the whole session with all its branches; `onMade` gets the copy's id. */
export function duplicate(session: Session, onMade: (id: string) => void): void {
  const title = words('shelf.copyOf', { title: titleOf(session).slice(0, 190) })
  duplicateSession(session.id, title).then(onMade, tell(words('shelf.duplicateFailed')))
}

/** Has a summary made that stands in for the older part; `wishes` says what it must not leave out. */
export function compact(session: Session, wishes?: string): void {
  compactSession(session.id, wishes).catch(tell(words('thread.actionFailed')))
}

/** Downloads the session. `wanted` is what was typed for the format; nothing is Markdown. */
export function exportAs(session: Session, wanted = 'markdown'): void {
  const format = FORMATS[wanted.toLowerCase()]
  if (format) exportSession(session.id, format).catch(tell(words('sessions.exportFailed')))
  else showToast({ title: words('sessions.exportWhich'), tone: 'failed' })
}

const FORMATS: Readonly<Record<string, ExportFormat>> = { markdown: 'markdown', md: 'markdown', json: 'json' }

export function offerUndo(title: string, undo: () => void): void {
  showToast({ title, stayMs: UNDO_MS, action: { label: words('sessions.undo'), onAct: undo } })
}

export function tell(title: string): (reason: unknown) => void {
  return (reason) => {
    showToast({
      title,
      tone: 'failed',
      ...(reason instanceof ApiError ? { description: reason.detail } : {}),
    })
  }
}
