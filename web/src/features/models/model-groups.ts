/** The models as the picker shows them: one group for each provider, in the configuration's order. Pure. */
import type { ModelEntry, ModelList } from '../../state'

export interface ModelChoice {
  providerId: string
  modelId: string
}

export interface ModelGroup {
  providerId: string
  models: readonly ModelEntry[]
}

/** From this many models on, the picker has a search field. */
export const SEARCH_FROM = 9

export function groupsOf(list: ModelList): ModelGroup[] {
  const groups = new Map<string, ModelEntry[]>()
  for (const model of list.items) {
    const group = groups.get(model.providerId)
    if (group) group.push(model)
    else groups.set(model.providerId, [model])
  }
  return [...groups].map(([providerId, models]) => ({ providerId, models }))
}

/** The model that will be asked: the chosen one, or the server's default. */
export function effective(list: ModelList, chosen: Partial<ModelChoice>): ModelChoice {
  if (chosen.providerId && chosen.modelId) return { providerId: chosen.providerId, modelId: chosen.modelId }
  return { providerId: list.defaultProviderId, modelId: list.defaultModelId }
}

export function keyOf({ providerId, modelId }: ModelChoice): string {
  return `${providerId}/${modelId}`
}

/** Providers' ids hold no slash; models' ids may. */
export function choiceOf(key: string): ModelChoice {
  const slash = key.indexOf('/')
  return { providerId: key.slice(0, slash), modelId: key.slice(slash + 1) }
}

/** `32k`, `128k`, `1M`: as people speak of context windows, whether they are counted in thousands or in 1,024s. */
export function shortTokens(tokens: number): string {
  const thousand = tokens % 1_000 !== 0 && tokens % 1_024 === 0 ? 1_024 : 1_000
  if (tokens >= thousand * thousand) return `${trimmed(tokens / (thousand * thousand))}M`
  if (tokens >= thousand) return `${trimmed(tokens / thousand)}k`
  return String(tokens)
}

function trimmed(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')
}
