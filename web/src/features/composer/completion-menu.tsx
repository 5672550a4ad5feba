/** What fits what is being named, above the composer. Of very many the first are shown; one types on for the others. */
import { MessageSquare, TextQuote } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useWords } from '../../i18n'
import type { Choice } from './sources'
import type { CompletionState } from './use-completion'
import './slash-menu.css'

/** Rows that are shown at once. */
const MOST = 200

export function CompletionMenu({ completion }: { completion: CompletionState }) {
  const t = useWords()
  const { choices = [], of, active, listId } = completion
  const list = useRef<HTMLDivElement>(null)
  // Past the last row the arrows go on; it is shown as soon as it is marked.
  const shown = choices.slice(0, Math.max(MOST, active + 1))
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is marked is in view
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, choices])
  return (
    <div className="slash-menu">
      <div ref={list} id={listId} role="listbox" aria-label={t(`completion.${of}`)}>
        {shown.map((choice, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the text field has the focus and takes the keys
          <div
            key={`${choice.kind} ${choice.key}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            aria-setsize={choices.length}
            aria-posinset={index + 1}
            className="slash-menu__item slash-menu__item--choice"
            onMouseMove={index === active ? undefined : () => completion.point(index)}
            // The text field keeps the focus.
            onMouseDown={(press) => press.preventDefault()}
            onClick={() => completion.choose(choice)}
          >
            <Icon kind={choice.kind} />
            <span className="slash-menu__choice">{choice.name}</span>
            <span className="slash-menu__does">{detailOf(choice, t)}</span>
          </div>
        ))}
      </div>
      {choices.length > shown.length ? (
        <p className="slash-menu__more">{t('completion.more', { count: choices.length - shown.length })}</p>
      ) : null}
    </div>
  )
}

function Icon({ kind }: { kind: Choice['kind'] }) {
  if (kind === 'argument') return null
  const Shape = kind === 'session' ? MessageSquare : TextQuote
  return <Shape size={14} aria-hidden />
}

function detailOf({ kind, detail }: Choice, t: ReturnType<typeof useWords>): string | undefined {
  return detail ?? (kind === 'argument' ? undefined : t(`completion.${kind}`))
}
