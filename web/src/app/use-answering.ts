/** Who will answer in a chat: the persona in use, and the model that the chat, a persona or the server chooses. */
import { answering, type ModelChoice, type PersonaModel } from '../parts/models/choice'
import { type ModelEntry, useModels, usePresets } from '../state'

export interface Answering {
  persona: PersonaModel | undefined
  /** The model that would answer with this persona. */
  modelWith: (persona: PersonaModel | undefined) => ModelEntry | undefined
}

export function useAnswering(chosen: Partial<ModelChoice>, personaId: string | null | undefined): Answering {
  const { list, find } = useModels()
  const { personas } = usePresets()
  const modelWith = (persona: PersonaModel | undefined) => {
    if (!list) return undefined
    const { choice } = answering(list, chosen, persona)
    return find(choice.providerId, choice.modelId)
  }
  return { persona: personas.find(({ id }) => id === personaId), modelWith }
}
