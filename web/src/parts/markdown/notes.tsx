// Footnotes as they look: a raised number that leads to its note, and notes that lead back.
import { createContext, type MouseEvent, type ReactNode, useContext } from 'react'
import { useWords } from '../../i18n'
import type { Note, Notes } from './footnotes'
import { InLink } from './link'

interface NotesValue {
  /** Makes the names of this message's anchors its own. */
  place: string
  notes: Notes
  /** Nothing will be added: a note that is not there never will be. */
  done: boolean
}

export const NotesContext = createContext<NotesValue>({ place: '', notes: new Map(), done: true })

const refId = (place: string, number: number) => `${place}ref${number}`
const noteId = (place: string, number: number) => `${place}note${number}`

/** `raw`: shown where the note is missing. */
export function NoteRef({ name, raw }: { name: string; raw: string }): ReactNode {
  const words = useWords()
  const { place, notes, done } = useContext(NotesContext)
  const within = useContext(InLink)
  const note = notes.get(name)
  if (note && within) return <sup className="md-note-ref">{note.number}</sup>
  if (!note) return done ? raw : <sup className="md-note-ref">{name}</sup>
  const { number } = note
  return (
    <sup className="md-note-ref" data-note={refId(place, number)}>
      <a href={`#${noteId(place, number)}`} aria-label={words('markdown.note', { number })} onClick={go}>
        {number}
      </a>
    </sup>
  )
}

export function NoteList({ children }: { children: (note: Note) => ReactNode }) {
  const words = useWords()
  const { place, notes } = useContext(NotesContext)
  return (
    <section className="md-notes" aria-label={words('markdown.notes')}>
      <ol>
        {[...notes.values()].map((note) => (
          <li key={note.name} id={noteId(place, note.number)} tabIndex={-1}>
            {children(note)}
            <a
              className="md-note-back"
              href={`#${refId(place, note.number)}`}
              aria-label={words('markdown.noteBack', { number: note.number })}
              onClick={go}
            >
              ↩
            </a>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Goes there without a new address: the page's addresses are its own. */
function go(event: MouseEvent<HTMLAnchorElement>): void {
  event.preventDefault()
  const name = event.currentTarget.hash.slice(1)
  const message = event.currentTarget.closest('.md')
  const found =
    document.getElementById(name) ??
    message?.querySelector<HTMLElement>(`[data-note="${CSS.escape(name)}"] a`)
  found?.scrollIntoView({ block: 'nearest' })
  found?.focus({ preventScroll: true })
}
