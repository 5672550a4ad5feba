/** The stand-ins: an ordered list of `provider/model`, each there once. Pure. */
import type { ModelEntry } from '../../state'

export type Move = 'up' | 'down'

/** The list with one moved by a place; the same list where it can't move. */
export function moved(list: readonly string[], key: string, move: Move): readonly string[] {
  const from = list.indexOf(key)
  const to = move === 'up' ? from - 1 : from + 1
  if (from < 0 || to < 0 || to >= list.length) return list
  const next = list.filter((one) => one !== key)
  next.splice(to, 0, key)
  return next
}

export function without(list: readonly string[], key: string): readonly string[] {
  return list.filter((one) => one !== key)
}

export function modelKey({ providerId, modelId }: { providerId: string; modelId: string }): string {
  return `${providerId}/${modelId}`
}

/** Split at the first slash: providers' ids hold none, models' ids may. */
export function parts(key: string): { providerId: string; modelId: string } {
  const slash = key.indexOf('/')
  return { providerId: key.slice(0, slash), modelId: key.slice(slash + 1) }
}

/** What may be added: never the demo, nothing twice. */
export function candidates(models: readonly ModelEntry[], list: readonly string[]): ModelEntry[] {
  return models.filter((model) => !model.demo && !list.includes(modelKey(model)))
}

export interface ProviderModels {
  providerId: string
  models: ModelEntry[]
}

/** In the order in which they come. */
export function byProvider(models: readonly ModelEntry[]): ProviderModels[] {
  const groups = new Map<string, ModelEntry[]>()
  for (const model of models) {
    const group = groups.get(model.providerId)
    if (group) group.push(model)
    else groups.set(model.providerId, [model])
  }
  return [...groups].map(([providerId, models]) => ({ providerId, models }))
}
