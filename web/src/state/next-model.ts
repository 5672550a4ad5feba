// A model that was chosen for the next message of a session alone. It lives as long as the page, and ends with the message.
import { useCallback } from 'react'
import { Store, useSelected } from './store'

interface Choice {
  providerId: string
  modelId: string
}

const choices = new Store<ReadonlyMap<string, Choice>>(new Map())

export function useNextModel(sessionId: string): Choice | undefined {
  const select = useCallback((all: ReadonlyMap<string, Choice>) => all.get(sessionId), [sessionId])
  return useSelected(choices, select)
}

/** `undefined`: the session's model answers again. */
export function setNextModel(sessionId: string, choice: Choice | undefined): void {
  choices.update((all) => {
    const next = new Map(all)
    if (choice) next.set(sessionId, { providerId: choice.providerId, modelId: choice.modelId })
    else next.delete(sessionId)
    return next
  })
}

/** What the message that is sent now asks for; nothing is left of it afterwards. */
export function takeNextModel(sessionId: string): Choice | undefined {
  const choice = choices.get().get(sessionId)
  if (choice) setNextModel(sessionId, undefined)
  return choice
}
