/**
 * Services as a person chooses them: those the server knows by name, those with a wire of their own, and any other
 * server; whose key it is by how it begins; what is asked of the form. Pure.
 */
import type { AddProvider, ProviderView, ServicePreset } from '../../state'
import { isAddress } from './edit'

export interface KnownService {
  /** Also a good id for a provider. */
  id: string
  name: string
  place: 'hosted' | 'local' | 'other'
  kind: ProviderView['kind']
  /** Where it is, unless the wire itself says so. */
  address?: string
  /** Where a person gets a key. */
  keyUrl?: string
  /** The server knows it by its id. */
  preset: boolean
}

/** Services with a wire of their own; the wire knows the address. */
const OWN_WIRES: readonly KnownService[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    place: 'hosted',
    kind: 'openai',
    keyUrl: 'https://platform.openai.com/api-keys',
    preset: false,
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    place: 'hosted',
    kind: 'anthropic',
    keyUrl: 'https://console.anthropic.com/settings/keys',
    preset: false,
  },
  {
    id: 'gemini',
    name: 'Google Gemini',
    place: 'hosted',
    kind: 'gemini',
    keyUrl: 'https://aistudio.google.com/apikey',
    preset: false,
  },
  {
    id: 'ollama',
    name: 'Ollama',
    place: 'local',
    kind: 'ollama',
    address: 'http://127.0.0.1:11434',
    preset: false,
  },
]

/** The ids of "any server" that speaks a wire of OpenAI's: chat completions, or responses. */
export const OTHER = 'other'
export const OTHER_RESPONSES = 'other-responses'

/** All services that can be chosen; the last ones are any other server. */
export function knownServices(
  presets: readonly ServicePreset[],
  other: { compatible: string; responses: string },
): KnownService[] {
  const named = presets.map(
    (preset): KnownService => ({
      id: preset.id,
      name: preset.name,
      place: preset.needsKey ? 'hosted' : 'local',
      kind: preset.kind,
      address: preset.baseUrl,
      ...(preset.keyUrl ? { keyUrl: preset.keyUrl } : {}),
      preset: true,
    }),
  )
  const own = OWN_WIRES.filter((service) => !named.some((preset) => preset.id === service.id))
  return [
    ...own,
    ...named,
    { id: OTHER, name: other.compatible, place: 'other', kind: 'openai-compatible', preset: false },
    { id: OTHER_RESPONSES, name: other.responses, place: 'other', kind: 'openai-responses', preset: false },
  ]
}

export interface Guess {
  id: string
  /** Nobody else's keys begin like this. */
  certain: boolean
}

const BEGINNINGS: readonly [string, Guess][] = [
  ['sk-ant-', { id: 'anthropic', certain: true }],
  ['sk-or-', { id: 'openrouter', certain: true }],
  ['sk-proj-', { id: 'openai', certain: true }],
  ['sk-svcacct-', { id: 'openai', certain: true }],
  ['gsk_', { id: 'groq', certain: true }],
  ['AIza', { id: 'gemini', certain: true }],
  ['xai-', { id: 'xai', certain: true }],
  ['sk-', { id: 'openai', certain: false }],
]

/** Whose key it is by its beginning. */
export function guess(key: string): Guess | undefined {
  return BEGINNINGS.find(([beginning]) => key.trim().startsWith(beginning))?.[1]
}

/** What a person filled in. */
export interface Draft {
  service: KnownService | undefined
  key: string
  address: string
  /** Empty: one is made up. */
  id: string
}

/** Whether it can't be used without a key. What stands in for a service at another address may want none. */
export function needsKey({ service, address }: Draft): boolean {
  return !service || (service.place === 'hosted' && address.trim() === '')
}

export type Field = 'service' | 'key' | 'address' | 'id'

/** What is missing or can't be; the server checks the rest. */
export function faults(draft: Draft): Partial<Record<Field, 'missing' | 'form'>> {
  const { service, key, address, id } = draft
  const found: Partial<Record<Field, 'missing' | 'form'>> = {}
  if (!service) found.service = 'missing'
  if (needsKey(draft) && key.trim() === '') found.key = 'missing'
  if (service?.place === 'other' && address.trim() === '') found.address = 'missing'
  else if (address.trim() !== '' && !isAddress(address)) found.address = 'form'
  if (id.trim() !== '' && !/^[\w.-]{1,64}$/.test(id.trim())) found.id = 'form'
  return found
}

/** An address as this kind wants it, in the form. */
export function exampleOf(kind: KnownService['kind']): string {
  switch (kind) {
    case 'ollama':
      return 'http://192.168.1.5:11434'
    case 'gemini':
      return 'https://gateway.example.org/v1beta'
    case 'anthropic':
      return 'https://gateway.example.org/v1'
    default:
      return 'http://192.168.1.5:8000/v1'
  }
}

/** The command for a draft without faults. `taken`: ids of the providers there are. */
export function asCommand(draft: Draft, taken: readonly string[]): AddProvider {
  const { service, key, address, id } = draft
  const elsewhere = address.trim() !== '' && address.trim() !== service?.address
  const needsAddress = elsewhere || (!service?.preset && service?.address !== undefined)
  return {
    id:
      id.trim() || freeId(service?.place === 'other' ? idOfAddress(address) : (service?.id ?? OTHER), taken),
    ...(service?.preset ? { service: service.id } : { kind: service?.kind ?? 'openai-compatible' }),
    ...(needsAddress ? { baseUrl: address.trim() || (service?.address ?? '') } : {}),
    ...(key.trim() === '' ? {} : { key: key.trim() }),
  }
}

/** The wanted id, or the first with a number behind it that is free. */
export function freeId(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted
  for (let number = 2; ; number += 1) {
    const id = `${wanted}-${number}`
    if (!taken.includes(id)) return id
  }
}

/** A server's id by its address: the name of its host, or that it is this computer. */
function idOfAddress(address: string): string {
  const host = URL.parse(address.trim())?.hostname ?? ''
  if (/^(localhost|127\..*|\[::1\])$/.test(host)) return 'local'
  const name = host.replace(/^(api|www)\./, '').replaceAll(/[^\w.-]/g, '')
  return name.slice(0, 60) || OTHER
}

/** The service that a provider is one of. */
export function serviceOf(
  provider: ProviderView,
  services: readonly KnownService[],
): KnownService | undefined {
  const at = provider.baseUrl?.replace(/\/$/, '')
  return services.find((service) => {
    if (service.place === 'other' || service.kind !== provider.kind) return false
    return at === undefined ? service.kind !== 'openai-compatible' : at === service.address
  })
}

/** Whether a provider answers nobody without a key. */
export function wantsKey(provider: ProviderView, services: readonly KnownService[]): boolean {
  return serviceOf(provider, services)?.place === 'hosted'
}

/** Whether the key can be set here: neither the file nor the environment has one, and it is not the demo. */
export function canSetKey({ kind, key }: ProviderView): boolean {
  return kind !== 'demo' && key.source !== 'file' && key.source !== 'environment'
}

/** Nobody was set up yet: there are only the demo and what was found by itself. */
export function isUnset(providers: readonly ProviderView[]): boolean {
  return providers.every(({ source }) => source === 'builtin' || source === 'found')
}
