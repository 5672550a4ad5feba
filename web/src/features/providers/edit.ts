/** What is changed of a provider: the form's texts, and the command they come to. Pure. */
import type { ProviderView, UpdateProvider } from '../../state'

export interface Edit {
  /** Empty: its id. */
  name: string
  /** Empty: the service's own. */
  address: string
  /** One a line. Empty: asked from the service. */
  models: string
  /** Of the new address. */
  key: string
}

export function editOf({ name, baseUrl, models }: ProviderView): Edit {
  return { name: name ?? '', address: baseUrl ?? '', models: models.join('\n'), key: '' }
}

/** Whether it is to be at another address, to which its key does not go. */
export function movesAway(provider: ProviderView, { address }: Edit): boolean {
  return address.trim() !== (provider.baseUrl ?? '')
}

/** Only what was changed, so that what somebody else changed meanwhile stays. */
export function asChange(provider: ProviderView, edit: Edit): Omit<UpdateProvider, 'client_request_id'> {
  const name = edit.name.trim()
  const models = [...new Set(edit.models.split('\n').map((line) => line.trim()))].filter(Boolean)
  return {
    ...(name === (provider.name ?? '') ? {} : { name: name || null }),
    ...(movesAway(provider, edit) ? { baseUrl: edit.address.trim() || null } : {}),
    ...(models.join('\n') === provider.models.join('\n')
      ? {}
      : { models: models.length > 0 ? models : null }),
  }
}

export function isAddress(text: string): boolean {
  const url = URL.parse(text.trim())
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''
}
