/** Who will answer in a chat: the persona in use, and the model that it, the chat or the server chooses. */
import { answering, type ModelChoice, type PersonaModel } from '../parts/models/choice'
import { type ModelEntry, useModels, usePresets } from '../state'

export function useAnswering(
  chosen: Partial<ModelChoice>,
  personaId: string | null | undefined,
): { persona: PersonaModel | undefined; model: ModelEntry | undefined } {
  const { list, find } = useModels()
  const { personas } = usePresets()
  const persona = personas.find(({ id }) => id === personaId)
  if (!list) return { persona, model: undefined }
  const { choice } = answering(list, chosen, persona)
  return { persona, model: find(choice.providerId, choice.modelId) }
}
