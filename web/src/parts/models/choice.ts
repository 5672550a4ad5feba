/** A provider and a model as one thing: naming it, and saying its figures. */
import { formatNumber } from '../../i18n'

export interface ModelChoice {
  providerId: string
  modelId: string
}

/** The model that will be asked: the chosen one, or the server's default. */
export function effective(
  list: { defaultProviderId: string; defaultModelId: string },
  chosen: Partial<ModelChoice>,
): ModelChoice {
  if (chosen.providerId && chosen.modelId) return { providerId: chosen.providerId, modelId: chosen.modelId }
  return { providerId: list.defaultProviderId, modelId: list.defaultModelId }
}

/** Whom a persona asks. Without a model, it is the provider's first one. */
export interface PersonaModel {
  name: string
  providerId?: string | null | undefined
  modelId?: string | null | undefined
}

/** The model that will be asked, and the persona that says so: what was chosen goes first, then it, then the default. */
export function answering(
  list: { items: readonly ModelChoice[]; defaultProviderId: string; defaultModelId: string },
  chosen: Partial<ModelChoice>,
  persona: PersonaModel | undefined,
): { choice: ModelChoice; persona?: string } {
  const providerId = persona?.providerId
  if (!persona || !providerId || (chosen.providerId && chosen.modelId)) {
    return { choice: effective(list, chosen) }
  }
  const first = list.items.find((model) => model.providerId === providerId)
  const modelId = persona.modelId ?? first?.modelId
  return modelId
    ? { choice: { providerId, modelId }, persona: persona.name }
    : { choice: effective(list, chosen) }
}

/** `provider/model`, as the server's settings name it. Providers' ids hold no slash; models' ids may. */
export function keyOf({ providerId, modelId }: ModelChoice): string {
  return `${providerId}/${modelId}`
}

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
  return value >= 10 ? String(Math.round(value)) : formatNumber(value, { maximumFractionDigits: 1 })
}

/** `$0.15`, `$12`, `$0.0375`: cents at least, and as many digits as a small amount needs. */
export function dollars(amount: number): string {
  const digits = amount >= 0.01 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(amount)))
  // A price such as 0.0375 is not rounded to a wrong one.
  const exact = Math.abs(Number(amount.toFixed(digits)) - amount) > amount * 1e-6
  const whole = Number.isInteger(amount)
  return formatNumber(amount, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    useGrouping: false,
    minimumFractionDigits: whole ? 0 : Math.min(digits, exact ? 2 : digits),
    maximumFractionDigits: whole ? 0 : exact ? Math.max(digits, 4) : digits,
  })
}

/** The model that is meant by its key, its id or its label, in whatever case. */
export function namedModel<T extends ModelChoice & { label: string }>(
  models: readonly T[],
  wanted: string,
): T | undefined {
  const said = wanted.trim().toLowerCase()
  const names = (model: T) => [keyOf(model), model.modelId, model.label].map((name) => name.toLowerCase())
  return [0, 1, 2].flatMap((at) => models.filter((model) => names(model)[at] === said))[0]
}
