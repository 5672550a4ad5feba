/** The slash command in the draft: what fits, which one is marked, and running it. */
import { type KeyboardEvent, useId, useState } from 'react'
import { commandsIn, type SlashAction, suggested, type Typed, typedCommand } from '../../parts/actions/slash'
import { runAction, useAvailable } from '../../parts/actions/use-action'

export interface SlashState {
  /** The commands to choose from. Absent: the draft is text, or a whole command. */
  items: readonly SlashAction[] | undefined
  active: number
  /** The command that the draft is; Enter runs it. */
  typed: Typed | undefined
  listId: string
  optionId: (item: SlashAction) => string
  point: (index: number) => void
  choose: (item: SlashAction) => void
  /** Takes a key press; `false`: it is the composer's. */
  onKeyDown: (press: KeyboardEvent) => boolean
  /** Runs the command that the draft is; `false`: it is none. */
  run: () => boolean
}

export function useSlash(draft: string, setDraft: (text: string) => void): SlashState {
  const commands = commandsIn(useAvailable())
  const listId = useId()
  const [marked, setMarked] = useState({ draft: '', index: 0 })
  // Put away by Esc until the draft changes.
  const [away, setAway] = useState<string | null>(null)
  const items = away === draft ? undefined : suggested(draft, commands)
  const typed = away === draft ? undefined : typedCommand(draft, commands)
  const active = items && marked.draft === draft ? Math.min(marked.index, items.length - 1) : 0

  const run = () => {
    if (!typed || typed.lacksArgument) return typed !== undefined
    setDraft('')
    runAction(typed.command.id, typed.argument || undefined)
    return true
  }
  const choose = (item: SlashAction) => {
    if (item.slash.argument) {
      setDraft(`/${item.slash.name} `)
      return
    }
    setDraft('')
    runAction(item.id)
  }
  const onKeyDown = (press: KeyboardEvent): boolean => {
    const chosen = items?.[active]
    if (press.key === 'Escape' && (items || typed)) {
      setAway(draft)
      return true
    }
    if (!items || !chosen) return press.key === 'Enter' && !press.shiftKey && run()
    const by = { ArrowDown: 1, ArrowUp: -1 }[press.key]
    if (by !== undefined) {
      setMarked({ draft, index: (active + by + items.length) % items.length })
      return true
    }
    if (press.key === 'Tab' && !press.shiftKey) {
      setDraft(`/${chosen.slash.name} `)
      return true
    }
    if (press.key !== 'Enter' || press.shiftKey) return false
    choose(chosen)
    return true
  }
  return {
    items,
    active,
    typed,
    listId,
    optionId: (item) => `${listId}-${item.id}`,
    point: (index) => setMarked({ draft, index }),
    choose,
    onKeyDown,
    run,
  }
}
