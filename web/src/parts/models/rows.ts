/**
 * The models as a list shows them: favourites first, then those used lately, then by provider; searched. Pure.
 *
 * Always true: a model stands in one place only; rows of one list have ids that stay the same while it is searched.
 */
import { keyOf } from './choice'

/** What the list knows of a model. */
export interface ModelFacts {
  providerId: string
  modelId: string
  label: string
  demo: boolean
  favourite: boolean
  contextWindow?: number | null
  outputLimit?: number | null
  images?: boolean | null
  tools?: boolean | null
  reasoning?: boolean | null
  inputPriceUsd?: number | null
  outputPriceUsd?: number | null
  priceAsOf?: string | null
}

export type GroupName = { kind: 'favourites' | 'recent' } | { kind: 'provider'; providerId: string }

export type ModelRow =
  | { kind: 'group'; id: string; group: GroupName }
  | {
      kind: 'model'
      id: string
      model: ModelFacts /** From 1, among the models. */
      position: number
      group: GroupName
    }

/** With fewer models the ones used lately are in sight anyway. */
const RECENT_FROM = 9

export interface Wanted {
  query: string
  /** `provider/model`, the last one first. */
  recent: readonly string[]
  /** Only those known to read more tokens than this. */
  over?: number | undefined
}

export function rowsOf(models: readonly ModelFacts[], wanted: Wanted): ModelRow[] {
  const words = wanted.query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = models.filter((model) => {
    if (wanted.over !== undefined && (model.contextWindow ?? 0) <= wanted.over) return false
    const text = `${model.label}\n${model.providerId}/${model.modelId}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const groups = new Map<string, { group: GroupName; models: ModelFacts[] }>()
  const into = (id: string, group: GroupName, model: ModelFacts) => {
    const known = groups.get(id)
    if (known) known.models.push(model)
    else groups.set(id, { group, models: [model] })
  }
  const rest = new Set(found)
  for (const model of found) {
    if (!model.favourite) continue
    into('favourites', { kind: 'favourites' }, model)
    rest.delete(model)
  }
  if (models.length >= RECENT_FROM) {
    for (const key of wanted.recent) {
      const model = [...rest].find((one) => keyOf(one) === key)
      if (!model) continue
      into('recent', { kind: 'recent' }, model)
      rest.delete(model)
    }
  }
  for (const model of rest) {
    const { providerId } = model
    into(`provider ${providerId}`, { kind: 'provider', providerId }, model)
  }
  const rows: ModelRow[] = []
  let position = 0
  for (const [id, { group, models }] of groups) {
    rows.push({ kind: 'group', id, group })
    for (const model of models) {
      position += 1
      rows.push({ kind: 'model', id: keyOf(model), model, position, group })
    }
  }
  return rows
}

/** The row that a step from `from` leads to; groups are passed over, and the ends are ends. -1: there is none. */
export function step(rows: readonly ModelRow[], from: number, by: number): number {
  const models = rows.flatMap((row, index) => (row.kind === 'model' ? [index] : []))
  if (models.length === 0) return -1
  const at = models.indexOf(from)
  const to = at < 0 ? 0 : Math.max(0, Math.min(models.length - 1, at + by))
  return models[to] ?? -1
}
