/**
 * Filing: folders, tags, and the same done with many sessions, with one way back for all.
 *
 * Always true: what is undone is exactly what was done; of many, those that failed are told with the reason of the first.
 */
import { words } from '../../i18n'
import {
  ApiError,
  archiveSession,
  deleteSession,
  fileSession,
  moveFolder,
  moveSessions,
  pinSession,
  renameOpenFolder,
  restoreSession,
  type Session,
  tagSession,
  tagsOf,
} from '../../state'
import { showToast } from '../../ui/toast'
import { each } from './each'
import { offerUndo, tell, titleOf, UNDO_MS } from './session-commands'

/** What is done with many, and the way back. */
interface Deed {
  act: (session: Session) => Promise<unknown>
  undo: (session: Session) => Promise<unknown>
  /** What was done with so many. */
  told: 'pinned' | 'unpinned' | 'archived' | 'moved' | 'tagged' | 'deleted'
  /** Hears of each that was taken back. */
  onBack?: ((session: Session) => void) | undefined
}

export type Progress = (tried: number, of: number) => void

/** Does it with each; gives those with which it could not be done, and offers to try them again. */
async function perform(sessions: readonly Session[], deed: Deed, onStep: Progress): Promise<Session[]> {
  const outcome = await each(sessions, deed.act, (tried) => onStep(tried, sessions.length))
  const { done, failed, reason } = outcome
  if (failed.length > 0) {
    showToast({
      title: words('shelf.bulk.failed', { failed: failed.length, count: sessions.length }),
      tone: 'failed',
      stayMs: UNDO_MS,
      ...(reason instanceof ApiError ? { description: reason.detail } : {}),
      action: { label: words('shelf.bulk.retry'), onAct: () => void perform(failed, deed, () => {}) },
    })
  }
  if (done.length > 0) {
    offerUndo(words(`shelf.bulk.${deed.told}`, { count: done.length }), () => void takeBack(done, deed))
  }
  return failed
}

async function takeBack(sessions: readonly Session[], deed: Deed): Promise<void> {
  const { done, failed, reason } = await each(sessions, deed.undo)
  for (const session of done) deed.onBack?.(session)
  if (failed.length === 0) showToast({ title: words('shelf.bulk.undone', { count: sessions.length }) })
  else tell(words('shelf.bulk.undoFailed', { failed: failed.length, count: sessions.length }))(reason)
}

export const bulk = {
  pin: (sessions: readonly Session[], pinned: boolean, onStep: Progress) =>
    perform(
      sessions.filter((session) => session.pinned !== pinned),
      {
        act: ({ id }) => pinSession(id, pinned),
        undo: ({ id }) => pinSession(id, !pinned),
        told: pinned ? 'pinned' : 'unpinned',
      },
      onStep,
    ),
  archive: (sessions: readonly Session[], onStep: Progress, onBack?: Deed['onBack']) =>
    perform(
      sessions,
      {
        act: ({ id }) => archiveSession(id, true),
        undo: ({ id }) => archiveSession(id, false),
        told: 'archived',
        onBack,
      },
      onStep,
    ),
  move: (sessions: readonly Session[], folder: string | null, onStep: Progress) =>
    perform(
      sessions.filter((session) => (session.folder ?? null) !== folder),
      {
        act: ({ id }) => fileSession(id, folder),
        undo: ({ id, folder: before }) => fileSession(id, before ?? null),
        told: 'moved',
      },
      onStep,
    ),
  tag: (sessions: readonly Session[], tags: readonly string[], onStep: Progress) =>
    perform(
      sessions.filter((session) => tags.some((tag) => !tagsOf(session).includes(tag))),
      {
        act: (session) => tagSession(session.id, [...new Set([...tagsOf(session), ...tags])]),
        undo: (session) => tagSession(session.id, tagsOf(session)),
        told: 'tagged',
      },
      onStep,
    ),
  delete: (sessions: readonly Session[], onStep: Progress, onBack?: Deed['onBack']) =>
    perform(
      sessions,
      { act: ({ id }) => deleteSession(id), undo: ({ id }) => restoreSession(id), told: 'deleted', onBack },
      onStep,
    ),
}

/** Files sessions in a folder, or in none; one or many. */
export function moveTo(sessions: readonly Session[], folder: string | null): void {
  const [only] = sessions
  if (sessions.length !== 1 || !only) {
    void bulk.move(sessions, folder, () => {})
    return
  }
  const before = only.folder ?? null
  if (before === folder) return
  fileSession(only.id, folder).then(
    () => {
      const title = titleOf(only)
      const told =
        folder === null ? words('shelf.movedOut', { title }) : words('shelf.moved', { title, name: folder })
      offerUndo(told, () => void fileSession(only.id, before).catch(tell(words('shelf.moveFailed'))))
    },
    tell(words('shelf.moveFailed')),
  )
}

export function setTags(session: Session, tags: string[]): void {
  if (tags.join('\n') === tagsOf(session).join('\n')) return
  tagSession(session.id, tags).catch(tell(words('shelf.tagFailed')))
}

/** Gives a folder another name; one that is there already takes its sessions in. */
export function renameFolder(from: string, to: string): void {
  if (from === to) return
  moveFolder(from, to).then(
    (ids) => {
      renameOpenFolder(from, to)
      offerUndo(words('shelf.renamed', { from, to }), () => putBack(ids, from))
    },
    tell(words('shelf.renameFailed')),
  )
}

/** Takes a folder away; its sessions stay, in no folder. */
export function dissolveFolder(name: string): void {
  moveFolder(name, null).then(
    (ids) => offerUndo(words('shelf.dissolved', { name, count: ids.length }), () => putBack(ids, name)),
    tell(words('shelf.dissolveFailed')),
  )
}

function putBack(ids: string[], folder: string): void {
  moveSessions(ids, folder).catch(tell(words('shelf.moveFailed')))
}

/** Brings back what was deleted. */
export function restore(session: Session): void {
  restoreSession(session.id).then(
    () => showToast({ title: words('shelf.restored', { title: titleOf(session) }) }),
    (reason: unknown) => {
      const gone = reason instanceof ApiError && reason.code === 'not_found'
      if (gone) showToast({ title: words('shelf.goneForGood'), tone: 'failed' })
      else tell(words('sessions.restoreFailed'))(reason)
    },
  )
}
