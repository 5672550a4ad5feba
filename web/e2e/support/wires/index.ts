/** All wires, by how the configuration names them. */
import { anthropic } from './anthropic'
import { gemini } from './gemini'
import { ollama } from './ollama'
import { openaiChat } from './openai-chat'
import { openaiResponses } from './openai-responses'
import type { Kind, Wire } from './wire'

export type { Count, Kind, Question, Trouble, Wire } from './wire'

export const WIRES: Record<Kind, Wire> = {
  'openai-compatible': openaiChat,
  'openai-responses': openaiResponses,
  anthropic,
  gemini,
  ollama,
}
