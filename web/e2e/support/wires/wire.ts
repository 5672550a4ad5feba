/**
 * What a scripted service has to know of the wire it speaks: where it is asked, how an answer and a refusal are written.
 *
 * One file for each wire, written after what its own service sends. Always true: all of them say the same things, so
 * that one test runs on each. Elsewhere: the server, and what it says when (`scripted-provider`).
 */
import type { IncomingHttpHeaders } from 'node:http'

/** How the configuration and the API name it. */
export type Kind = 'openai-compatible' | 'openai-responses' | 'anthropic' | 'gemini' | 'ollama'

/** A request as the wire reads it. */
export interface Call {
  /** Below the base address, without the query. */
  path: string
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

/** What a model is asked. */
export interface Question {
  model: string
  messages: readonly { role: string; content: string }[]
}

/** Why a service does not answer. */
export type Trouble = 'key' | 'limit' | 'busy'

export interface Refusal {
  status: number
  headers?: Record<string, string>
  body: unknown
}

/** Tokens of an answer, as every wire counts them in its own words. */
export interface Count {
  input: number
  /** Those of the reasoning are among them. */
  output: number
  reasoning: number
}

/** One answer on its way; each step is what is sent for it. */
export interface Writer {
  begin(): string
  think(piece: string): string
  say(piece: string): string
  end(count: Count): string
}

export interface Wire {
  kind: Kind
  /** What stands behind the server's origin in the address that a person gives. */
  base: string
  contentType: string
  /** Whether an answer says how many of its tokens were reasoning. */
  countsReasoning: boolean
  keyOf(headers: IncomingHttpHeaders): string | undefined
  /** What the service tells of its models. `undefined`: that is not what it was asked. */
  listing(call: Call, models: readonly string[], window: number): object | undefined
  /** `undefined`: it was not asked for an answer. */
  question(call: Call): Question | undefined
  writer(model: string): Writer
  /** `seconds`: how long to wait, where the trouble passes. */
  refusal(trouble: Trouble, seconds: number): Refusal
}

/** The key that a service was sent as `Authorization: Bearer`. */
export function bearer(headers: IncomingHttpHeaders): string | undefined {
  return headers.authorization?.replace(/^Bearer /, '')
}

/** An event of a stream. */
export function event(data: object, name?: string): string {
  return `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`
}
