// Which models are favourites, and which were used lately.
//
// Always true: the favourites live on the server, and a star that it refuses goes back to what it was; what was used
// lately lives in this browser.
import { api } from '../api/routes'
import { markFavourite } from './models'
import { changeSettings } from './settings'
import { Store, useStore } from './store'

interface Choice {
  providerId: string
  modelId: string
}

const RECENT_KEY = 'cowork.recentModels'
/** Models that are kept as used lately. */
const RECENT = 5

const keyOf = ({ providerId, modelId }: Choice) => `${providerId}/${modelId}`

/** One after another: each is a change of the list that the one before left. */
let starring: Promise<unknown> = Promise.resolve()

/** Shown at once; rejects with `ApiError` and takes it back when the server refuses. */
export function setFavourite(choice: Choice, favourite: boolean): Promise<void> {
  markFavourite(choice.providerId, choice.modelId, favourite)
  const done = starring.then(async () => {
    const { favourites } = await api.settings()
    const others = favourites.filter((one) => one !== keyOf(choice))
    await changeSettings({ favourites: favourite ? [...others, keyOf(choice)] : others })
  })
  starring = done.catch(() => markFavourite(choice.providerId, choice.modelId, !favourite))
  return done
}

const recent = new Store<readonly string[]>(readRecent())

function readRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((key) => typeof key === 'string').slice(0, RECENT) : []
  } catch {
    return []
  }
}

/** The models that were chosen last here, as `provider/model`, the last one first. */
export function useRecentModels(): readonly string[] {
  return useStore(recent)
}

export function noteModelUse(choice: Choice): void {
  const key = keyOf(choice)
  recent.update((keys) => [key, ...keys.filter((one) => one !== key)].slice(0, RECENT))
  try {
    localStorage.setItem(RECENT_KEY, JSON.stringify(recent.get()))
  } catch {
    // The browser's store is full; it is known for as long as the page lives.
  }
}
