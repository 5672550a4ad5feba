/**
 * Every action of the page that has a name: one table for the keys, the palette, the slash commands and the cheat sheet.
 *
 * Always true: an action is told apart by its id alone; what it does comes from whoever answers it now (`use-action.ts`),
 * so an action that nobody answers is offered nowhere. No default is a bare letter or a combination that browsers keep.
 */
import type { Combination } from './keys'

export const GROUPS = ['general', 'composer', 'conversation', 'sessions'] as const
export type ActionGroup = (typeof GROUPS)[number]

export interface Action {
  id: string
  group: ActionGroup
  /** As it comes; the person may change it. Absent: none. */
  keys?: Combination
  /** `outside-text`: not while text is being written. `composer`: answered by the composer while it has the focus. */
  where?: 'outside-text' | 'composer'
  /** What one types for it in the composer, without the slash. */
  slash?: Slash
  /** Left out of the palette: it makes no sense from there, or another entry says the same. */
  hidden?: true
}

export interface Slash {
  name: string
  /** Other words for it. */
  also?: readonly string[]
  /** Whether words after it are taken, and must be there. Absent: it takes none. */
  argument?: 'optional' | 'required'
  /** What the words after it are chosen from. Absent: they are written freely. */
  choices?: 'models' | 'personas' | 'prompts'
}

export const ACTIONS = [
  { id: 'search', group: 'general', keys: { key: 'k', mod: true }, slash: { name: 'search' } },
  {
    id: 'newChat',
    group: 'general',
    keys: { key: 'o', mod: true, shift: true },
    slash: { name: 'new', also: ['clear'] },
  },
  { id: 'toggleRail', group: 'general', keys: { key: 's', mod: true, shift: true } },
  { id: 'settings', group: 'general', keys: { key: ',', mod: true } },
  { id: 'providers', group: 'general' },
  { id: 'library', group: 'general' },
  { id: 'usage', group: 'general', slash: { name: 'cost', also: ['usage'] } },
  { id: 'sheet', group: 'general', keys: { key: '/', mod: true }, slash: { name: 'help' } },
  { id: 'sheetPlain', group: 'general', keys: { key: '?' }, where: 'outside-text', hidden: true },
  { id: 'focusComposer', group: 'composer', keys: { key: 'escape', shift: true } },
  {
    id: 'pickModel',
    group: 'composer',
    keys: { key: 'm', mod: true, shift: true },
    slash: { name: 'models', also: ['model'], argument: 'optional', choices: 'models' },
  },
  {
    id: 'instructions',
    group: 'composer',
    slash: { name: 'persona', argument: 'optional', choices: 'personas' },
  },
  {
    id: 'usePrompt',
    group: 'composer',
    slash: { name: 'prompt', argument: 'optional', choices: 'prompts' },
  },
  { id: 'compareModels', group: 'composer', slash: { name: 'compare' } },
  { id: 'stop', group: 'composer', keys: { key: 'escape' }, where: 'composer', hidden: true },
  { id: 'sendNow', group: 'composer', keys: { key: 'enter', mod: true }, where: 'composer', hidden: true },
  { id: 'copyAnswer', group: 'conversation', keys: { key: 'c', mod: true, shift: true } },
  // Shift and `;` on most keyboards.
  { id: 'copyCode', group: 'conversation', keys: { key: ':', mod: true } },
  // The sign of a quote; Shift and `.` on most keyboards.
  { id: 'quote', group: 'conversation', keys: { key: '>', mod: true } },
  {
    id: 'branchMap',
    group: 'conversation',
    keys: { key: 'l', mod: true, shift: true },
    slash: { name: 'branches', also: ['map'] },
  },
  { id: 'find', group: 'conversation', keys: { key: 'f', mod: true } },
  { id: 'compact', group: 'conversation', slash: { name: 'compact', argument: 'optional' } },
  { id: 'rename', group: 'sessions', slash: { name: 'rename', argument: 'optional' } },
  { id: 'pin', group: 'sessions' },
  { id: 'archive', group: 'sessions' },
  { id: 'moveSession', group: 'sessions' },
  { id: 'tagSession', group: 'sessions', slash: { name: 'tags' } },
  { id: 'fork', group: 'sessions', slash: { name: 'fork' } },
  { id: 'duplicate', group: 'sessions' },
  { id: 'exportSession', group: 'sessions', slash: { name: 'export', argument: 'optional' } },
  { id: 'print', group: 'sessions', slash: { name: 'print' } },
  { id: 'importSessions', group: 'sessions' },
  { id: 'deleteSession', group: 'sessions', keys: { key: 'backspace', mod: true, shift: true } },
] as const satisfies readonly Action[]

export type ActionId = (typeof ACTIONS)[number]['id']
/** The table with each entry's type widened, for going through it. */
export const ALL: readonly (Action & { id: ActionId })[] = ACTIONS

export function action(id: ActionId): Action & { id: ActionId } {
  const found = ALL.find((entry) => entry.id === id)
  if (!found) throw new Error(`no action ${id}`)
  return found
}
