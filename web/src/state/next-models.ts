// Models that a draft is to be put to at once, per session, kept over a reload until it is sent or they are let go.
import { useCallback } from 'react'
import { Store, useSelected } from './store'

export interface ComparedModel {
  providerId: string
  modelId: string
}

/** As many as the server takes. */
export const COMPARED_MAX = 4
const PREFIX = 'cowork.compare.'
const NONE: readonly ComparedModel[] = []

const choices = new Store<ReadonlyMap<string, readonly ComparedModel[]>>(new Map())

/** `key`: the draft's; `new` is the one of the empty state. */
export function useNextModels(key: string): readonly ComparedModel[] {
  const select = useCallback(
    (all: ReadonlyMap<string, readonly ComparedModel[]>) => all.get(key) ?? stored(key),
    [key],
  )
  return useSelected(choices, select, sameModels)
}

export function setNextModels(key: string, models: readonly ComparedModel[]): void {
  const kept = models.slice(0, COMPARED_MAX).map(({ providerId, modelId }) => ({ providerId, modelId }))
  choices.update((all) => new Map(all).set(key, kept))
  try {
    if (kept.length === 0) localStorage.removeItem(PREFIX + key)
    else localStorage.setItem(PREFIX + key, JSON.stringify(kept))
  } catch {
    // The browser's store is full; the choice lives as long as the page.
  }
}

/** What the message that is sent now asks for, where it is more than one; nothing is left of it afterwards. */
export function takeNextModels(key: string): { models: readonly ComparedModel[] } | undefined {
  const models = choices.get().get(key) ?? stored(key)
  if (models.length > 0) setNextModels(key, [])
  return models.length > 1 ? { models } : undefined
}

function stored(key: string): readonly ComparedModel[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? '[]')
    return Array.isArray(found) && found.every(isModel) ? found.slice(0, COMPARED_MAX) : NONE
  } catch {
    return NONE
  }
}

function isModel(value: unknown): value is ComparedModel {
  if (typeof value !== 'object' || value === null) return false
  const { providerId, modelId } = value as Record<string, unknown>
  return typeof providerId === 'string' && typeof modelId === 'string'
}

function sameModels(a: readonly ComparedModel[], b: readonly ComparedModel[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => one.providerId === b[index]?.providerId && one.modelId === b[index]?.modelId)
  )
}
