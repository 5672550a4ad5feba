/**
 * Slash commands: what a draft that begins with a slash means.
 *
 * Always true: only a whole known command at the very beginning is one; anything else, a path or a word with a slash,
 * is text and goes to the model as it is.
 */
import { type Action, type ActionId, ALL, type Slash } from './actions'

export type SlashAction = Action & { id: ActionId; slash: Slash }

/** The commands that somebody answers now, in the table's order. */
export function commandsIn(available: ReadonlySet<ActionId>): readonly SlashAction[] {
  return ALL.filter((entry): entry is SlashAction => entry.slash !== undefined && available.has(entry.id))
}

/** The commands whose name begins as the draft does, while its first word is being written. `undefined`: it is text. */
export function suggested(
  draft: string,
  commands: readonly SlashAction[],
): readonly SlashAction[] | undefined {
  const begun = /^\/([a-z]*)$/i.exec(draft)?.[1]?.toLowerCase()
  if (begun === undefined) return undefined
  const found = commands.filter(({ slash }) => namesOf(slash).some((name) => name.startsWith(begun)))
  return found.length > 0 ? found : undefined
}

export interface Typed {
  command: SlashAction
  /** Trimmed; empty when there is none. */
  argument: string
  /** Whether it can't be run before something stands after it. */
  lacksArgument: boolean
}

/** The command that a draft is. `undefined`: it is text. */
export function typedCommand(draft: string, commands: readonly SlashAction[]): Typed | undefined {
  const found = /^\/([a-z]+)(?:[ \t]+([^\n]*))?\s*$/i.exec(draft)
  const name = found?.[1]?.toLowerCase()
  if (!found || name === undefined) return undefined
  const command = commands.find(({ slash }) => namesOf(slash).includes(name))
  if (!command) return undefined
  const argument = found[2]?.trim() ?? ''
  const wants = command.slash.argument
  // "/help me with this" is a sentence.
  if (argument !== '' && wants === undefined) return undefined
  return { command, argument, lacksArgument: argument === '' && wants === 'required' }
}

/** The command of a draft whose words are chosen from a list, and what is written of them. `undefined`: there is none. */
export function choosing(
  draft: string,
  commands: readonly SlashAction[],
): { command: SlashAction; typed: string } | undefined {
  const found = /^\/([a-z]+)[ \t]+([^\n]*)$/i.exec(draft)
  const name = found?.[1]?.toLowerCase()
  if (!found || name === undefined) return undefined
  const command = commands.find(({ slash }) => namesOf(slash).includes(name))
  return command?.slash.choices ? { command, typed: found[2]?.trim() ?? '' } : undefined
}

function namesOf({ name, also = [] }: Slash): readonly string[] {
  return [name, ...also]
}
