// Runs a command and says in words when it did not work.
import { words } from '../../i18n'
import { ApiError } from '../../state'
import { showToast } from '../../ui/toast'

/** Resolves with whether it worked; never rejects. */
export async function attempt(command: Promise<unknown>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    const detail = error instanceof ApiError ? { description: error.detail } : {}
    showToast({ title: words('thread.actionFailed'), tone: 'failed', ...detail })
    return false
  }
}
