/** What is being named in the draft, behind an `@` or a slash command: what fits, which one is marked, and choosing it. */
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react'
import { choosing, commandsIn } from '../../parts/actions/slash'
import { useAvailable } from '../../parts/actions/use-action'
import { inPlaceOf, mentionAt } from './mention-token'
import { type Choice, useArguments, useMentionable } from './sources'

export interface CompletionState {
  /** Absent: nothing is being named, or nothing fits. */
  choices: readonly Choice[] | undefined
  /** What they are for. */
  of: 'mention' | 'argument'
  active: number
  listId: string
  activeId: string
  point: (index: number) => void
  choose: (choice: Choice) => void
  /** Takes a key press; `false`: it is somebody else's. */
  onKeyDown: (press: KeyboardEvent) => boolean
  onSelect: () => void
}

export function useCompletion(
  draft: string,
  setDraft: (text: string) => void,
  area: RefObject<HTMLTextAreaElement | null>,
  sessionId: string | null,
): CompletionState {
  const listId = useId()
  const [caret, setCaret] = useState(0)
  const [marked, setMarked] = useState({ draft: '', index: 0 })
  // Put away by Esc: the mention that begins there, or the command in this draft.
  const [away, setAway] = useState<number | string | null>(null)
  const commands = commandsIn(useAvailable())
  const command = away === draft ? undefined : choosing(draft, commands)
  const written = command ? undefined : mentionAt(draft, Math.min(caret, draft.length))
  const token = written && written.from === away ? undefined : written
  if (typeof away === 'number' && written?.from !== away) setAway(null)
  const mentionable = useMentionable(token?.typed, sessionId)
  const args = useArguments(command)
  const found = command ? args : mentionable
  const choices = found.length > 0 ? found : undefined
  const active = choices && marked.draft === draft ? Math.min(marked.index, choices.length - 1) : 0
  const place = usePlace(area)

  const choose = (choice: Choice) => {
    const done = token ? inPlaceOf(draft, token, choice.text) : { text: choice.text, caret: 0 }
    place(done.caret)
    setDraft(done.text)
    setCaret(done.caret)
    choice.act?.()
  }
  const onKeyDown = (press: KeyboardEvent): boolean => {
    const chosen = choices?.[active]
    if (!choices || !chosen) return false
    if (press.key === 'Escape') {
      setAway(token ? token.from : draft)
      return true
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[press.key]
    if (by !== undefined) {
      setMarked({ draft, index: (active + by + choices.length) % choices.length })
      return true
    }
    // "/persona" and nothing behind it asks with a dialog, as it does without a list.
    const picks =
      press.key === 'Tab' || (press.key === 'Enter' && !(command?.typed === '' && marked.draft !== draft))
    if (!picks || press.shiftKey || press.ctrlKey || press.metaKey || press.altKey) return false
    choose(chosen)
    return true
  }
  return {
    choices,
    of: command ? 'argument' : 'mention',
    active,
    listId,
    activeId: `${listId}-${active}`,
    point: (index) => setMarked({ draft, index }),
    choose,
    onKeyDown,
    onSelect: () => setCaret(area.current?.selectionStart ?? 0),
  }
}

/** Puts the caret somewhere once the next text stands in the field. */
function usePlace(area: RefObject<HTMLTextAreaElement | null>): (caret: number) => void {
  const wanted = useRef<number | undefined>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined) return
    area.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })
  return (caret) => {
    wanted.current = caret
  }
}
