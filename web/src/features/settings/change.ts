/** Changes a setting of the installation; a refusal is told in the server's words. */
import { words } from '../../i18n'
import { ApiError, changeSettings, type UpdateSettings } from '../../state'
import { showToast } from '../../ui/toast'

export function changeOrTell(changed: Omit<UpdateSettings, 'client_request_id'>): void {
  changeSettings(changed).catch((reason: unknown) => {
    const { detail } = reason instanceof ApiError ? reason : ApiError.network()
    showToast({ title: words('routing.changeFailed'), description: detail, tone: 'failed' })
  })
}
