/** What went wrong, in the server's words. */
import { ApiError } from '../../state'
import { showToast } from '../../ui/toast'

export function tell(title: string): (reason: unknown) => void {
  return (reason) => {
    const { detail } = reason instanceof ApiError ? reason : ApiError.network()
    showToast({ title, description: detail, tone: 'failed' })
  }
}
