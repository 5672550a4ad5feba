/**
 * What can be chosen while it is being named: behind an `@`, and behind slash commands that take a name.
 *
 * Another kind of thing to mention is one more entry of what `useMentionable` gives.
 */
import { useWords } from '../../i18n'
import { fitting } from '../../parts/actions/find'
import type { SlashAction } from '../../parts/actions/slash'
import { runAction } from '../../parts/actions/use-action'
import { mentionOf } from '../../parts/markdown/mentions'
import { keyOf } from '../../parts/models/choice'
import { useModels, usePresets, useSessionsNamed } from '../../state'

/** One thing to choose. */
export interface Choice {
  key: string
  name: string
  /** Said beside the name. */
  detail?: string | undefined
  kind: 'session' | 'prompt' | 'argument'
  /** What stands in the draft in place of what was typed. */
  text: string
  /** What is done besides. */
  act?: () => void
}

/** Sessions that are offered: with more of them one types on. */
const SESSIONS = 20
const PROMPTS = 10

/** What fits what was typed behind an `@`, by kind; `undefined`: no mention is being written. */
export function useMentionable(typed: string | undefined, here: string | null): readonly Choice[] {
  const t = useWords()
  const { prompts } = usePresets()
  const sessions = useSessionsNamed(typed)
  if (typed === undefined) return []
  const titled = sessions
    .filter(({ id }) => id !== here)
    .map(({ id, title }) => ({ id, title: title || t('app.untitled') }))
  return [
    ...fitting(titled, typed, ({ title }) => title)
      .slice(0, SESSIONS)
      .map(
        ({ id, title }): Choice => ({ key: id, name: title, kind: 'session', text: mentionOf(id, title) }),
      ),
    ...fitting(prompts, typed, ({ name, title }) => `${title ?? ''} ${name}`)
      .slice(0, PROMPTS)
      .map(
        ({ id, name, title }): Choice => ({
          key: id,
          name: title ?? name,
          kind: 'prompt',
          text: '',
          act: () => runAction('usePrompt', name),
        }),
      ),
  ]
}

/** What fits what was typed behind a slash command; `undefined`: none is being written. Choosing runs it. */
export function useArguments(
  written: { command: SlashAction; typed: string } | undefined,
): readonly Choice[] {
  const { personas, prompts } = usePresets()
  const models = useModels()
  if (!written) return []
  const { command, typed } = written
  const choice = (name: string, detail: string | null | undefined, argument: string): Choice => ({
    key: argument,
    name,
    detail: detail ?? undefined,
    kind: 'argument',
    text: '',
    act: () => runAction(command.id, argument),
  })
  switch (command.slash.choices) {
    case 'personas':
      return fitting(personas, typed, ({ name }) => name).map((one) =>
        choice(one.name, one.description, one.name),
      )
    case 'prompts':
      return fitting(prompts, typed, ({ name, title }) => `${name} ${title ?? ''}`).map((one) =>
        choice(one.name, one.title, one.name),
      )
    case 'models':
      return fitting(models.list?.items ?? [], typed, (model) => `${model.label} ${keyOf(model)}`).map(
        (model) => choice(model.label, keyOf(model), keyOf(model)),
      )
    default:
      return []
  }
}
