// Going to another branch, and saying what of the one before is out of sight now.
import { words } from '../../i18n'
import { ApiError, selectBranch } from '../../state'
import { showToast } from '../../ui/toast'

/** What the switch hides: how many messages, and the end of their branch. */
export interface Hidden {
  hidden: number
  leaf: string
}

/** Shows the branch that holds `to`; `false`: it could not be done, and that was said. */
export async function switchBranch(
  sessionId: string,
  to: string,
  before: Hidden | undefined,
): Promise<boolean> {
  if (!(await selected(sessionId, to))) return false
  if (!before || before.hidden === 0) return true
  showToast({
    title: words('branches.hidden', { count: before.hidden }),
    key: 'branch-hidden',
    action: { label: words('thread.undo'), onAct: () => void selected(sessionId, before.leaf) },
  })
  return true
}

async function selected(sessionId: string, to: string): Promise<boolean> {
  try {
    await selectBranch(sessionId, to)
    return true
  } catch (reason) {
    const detail = reason instanceof ApiError ? { description: reason.detail } : {}
    showToast({ title: words('thread.actionFailed'), tone: 'failed', ...detail })
    return false
  }
}
