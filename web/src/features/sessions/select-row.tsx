/** One session in the list while some are selected: a box with its title. Space and a click take it in or out. */
import { Pin } from 'lucide-react'
import { useWords } from '../../i18n'
import type { Session } from '../../state'
import { startDrag } from './drag'
import { titleOf } from './session-commands'
import './session-row.css'

export interface SelectRowProps {
  session: Session
  filed: boolean
  tabbable: boolean
  selected: boolean
  /** All that are selected: they are dragged together. */
  chosen: readonly Session[]
  /** `range`: all from the one before to this one. */
  onSelect: (id: string, range: boolean) => void
}

export function SelectRow({ session, filed, tabbable, selected, chosen, onSelect }: SelectRowProps) {
  const t = useWords()
  const dragged = selected ? chosen.map((one) => one.id) : [session.id]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box within takes the keys
    <label
      className="session-row session-row--select"
      data-filed={filed || undefined}
      data-active={selected || undefined}
      draggable
      onDragStart={(event) => startDrag(event, dragged)}
      onClick={(event) => {
        // The label passes its click on to the box, without the keys that were held.
        if (event.target instanceof HTMLInputElement) return
        event.preventDefault()
        onSelect(session.id, event.shiftKey)
      }}
    >
      <input
        type="checkbox"
        className="session-row__box"
        checked={selected}
        tabIndex={tabbable ? 0 : -1}
        data-line={session.id}
        onChange={(event) =>
          onSelect(session.id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
        }
      />
      {session.pinned ? <Pin className="session-row__pin" size={13} aria-hidden /> : null}
      <span className="session-row__title">{titleOf(session)}</span>
      {session.pinned ? <span className="visually-hidden">{t('sessions.pinned')}</span> : null}
    </label>
  )
}
