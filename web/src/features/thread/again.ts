// Another try of an answer that did not come to its end.
import { type ChatMessage, regenerate, setSideBySide } from '../../state'

/** Asks again; one that is compared is the same model's again and keeps its place beside the others. */
export async function again(sessionId: string, message: ChatMessage): Promise<void> {
  const { comparison, routing } = message.metadata ?? {}
  if (!comparison || !routing) return regenerate(sessionId, message.id)
  const { providerId, modelId } = routing.asked
  setSideBySide(comparison.group, true)
  await regenerate(sessionId, message.id, { providerId, modelId })
}
