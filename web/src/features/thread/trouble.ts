// What stands in the way of an answer, and what a person can do about it. Pure.
import type { ChatMessage } from '../../state'

type Routing = NonNullable<NonNullable<ChatMessage['metadata']>['routing']>
type Attempt = NonNullable<Routing['attempts']>[number]

const TROUBLES = [
  'interrupted',
  'model_unavailable',
  'internal',
  'provider_auth',
  'provider_forbidden',
  'provider_model_not_found',
  'provider_endpoint_not_found',
  'provider_rate_limited',
  'provider_quota',
  'provider_overloaded',
  'provider_context_length',
  'provider_bad_request',
  'provider_content_filtered',
  'provider_server',
  'provider_unreachable',
  'provider_timeout',
  'provider_truncated',
  'provider_garbage',
  'provider_too_large',
  'provider_empty',
  'provider_resting',
  'provider_missing',
  'model_no_tools',
  'model_no_images',
  'model_too_small',
] as const

export type Trouble = (typeof TROUBLES)[number] | 'unknown'

/** The catalogue's word for a code; a newer server may send one that is not in it. */
export function troubleOf(code: string | null | undefined): Trouble {
  return TROUBLES.find((known) => known === code) ?? 'unknown'
}

export type Remedy =
  | 'continue'
  | 'retry'
  | 'otherModel'
  | 'largerModel'
  | 'checkKey'
  | 'checkProvider'
  | 'edit'

const REMEDIES: Record<Trouble, readonly Remedy[]> = {
  unknown: ['retry', 'otherModel'],
  interrupted: ['retry'],
  internal: ['retry', 'otherModel'],
  model_unavailable: ['otherModel', 'checkProvider', 'retry'],
  provider_auth: ['checkKey', 'otherModel', 'retry'],
  provider_forbidden: ['checkKey', 'otherModel', 'retry'],
  provider_quota: ['otherModel', 'checkKey', 'retry'],
  provider_model_not_found: ['otherModel', 'checkProvider', 'retry'],
  provider_endpoint_not_found: ['checkProvider', 'otherModel', 'retry'],
  provider_rate_limited: ['retry', 'otherModel'],
  provider_overloaded: ['retry', 'otherModel'],
  provider_context_length: ['largerModel', 'edit', 'retry'],
  provider_bad_request: ['otherModel', 'checkProvider', 'retry'],
  provider_content_filtered: ['edit', 'otherModel', 'retry'],
  provider_server: ['retry', 'otherModel'],
  provider_unreachable: ['retry', 'checkProvider', 'otherModel'],
  provider_timeout: ['retry', 'otherModel'],
  provider_truncated: ['retry', 'otherModel'],
  provider_garbage: ['checkProvider', 'retry', 'otherModel'],
  provider_too_large: ['retry', 'otherModel'],
  provider_empty: ['retry', 'otherModel'],
  provider_resting: ['retry', 'otherModel'],
  provider_missing: ['checkProvider', 'otherModel', 'retry'],
  model_no_tools: ['otherModel', 'retry'],
  model_no_images: ['otherModel', 'retry'],
  model_too_small: ['largerModel', 'retry'],
}

/** The next steps, the most promising one first. */
export function remediesFor(code: string | undefined, canContinue: boolean): readonly Remedy[] {
  const steps = REMEDIES[troubleOf(code)]
  return canContinue ? ['continue', ...steps] : steps
}

/** How an answer that has not begun is being got. */
export type RouteState =
  /** The next call is waited for. */
  | { kind: 'waiting'; trouble: Trouble; model: string; other: boolean; at: number; attempt: number }
  /** It is being made, after one that failed. */
  | { kind: 'calling'; trouble: Trouble; model: string; other: boolean; attempt: number }

/** `undefined`: nothing went wrong so far. */
export function routeState(routing: Routing | null | undefined, now: number): RouteState | undefined {
  const attempts = routing?.attempts ?? []
  const wrong = attempts.filter((attempt) => attempt.code)
  // What went wrong in a call says more than that somebody was passed over after it.
  const failed = wrong.filter(wasCalled).at(-1) ?? wrong.at(-1)
  const next = routing?.next
  if (!next || !failed) return undefined
  const trouble = troubleOf(failed.code)
  const attempt = attempts.filter(wasCalled).length + 1
  const other = keyOf(next) !== keyOf(failed)
  const model = nameOf(next)
  return next.at > now
    ? { kind: 'waiting', trouble, model, other, at: next.at, attempt }
    : { kind: 'calling', trouble, model, other, attempt }
}

/** Whether it was really called, rather than passed over. */
export function wasCalled(attempt: Attempt): boolean {
  return attempt.durationMs != null
}

export function nameOf(model: { providerId: string; modelId: string }): string {
  return `${model.providerId} · ${model.modelId}`
}

function keyOf(model: { providerId: string; modelId: string }): string {
  return `${model.providerId}/${model.modelId}`
}

/**
 * Whether a service answered with another model than the one asked for. A dated or tagged name of the same one is the same:
 * `gpt-4o` and `gpt-4o-2024-08-06`, `llama3` and `llama3:latest`.
 */
export function isOtherModel(asked: string, served: string): boolean {
  const plain = (id: string) => id.toLowerCase().split('/').at(-1) ?? ''
  const stem = plain(asked).replace(/[-:]latest$/, '')
  return stem !== '' && !plain(served).startsWith(stem)
}

const LENGTH = new Set(['length', 'max_tokens', 'max_output_tokens', 'model_length'])
const DONE = new Set(['stop', 'end_turn', 'stop_sequence', 'completed'])

/** Why the model stopped, whatever its service calls it. */
export function finishOf(reason: string | null | undefined): 'done' | 'length' | 'filter' | 'other' {
  const plain = reason?.toLowerCase() ?? ''
  if (LENGTH.has(plain)) return 'length'
  if (DONE.has(plain)) return 'done'
  return plain === 'content_filter' || plain === 'safety' ? 'filter' : 'other'
}
