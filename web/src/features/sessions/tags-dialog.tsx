/** The tags of a session, or tags to add to many. Enter or a comma takes one in; saving keeps them. */
import { X } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { useWords } from '../../i18n'
import { useLabels } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/text-field'
import { suggestions, withTyped } from './labels'
import './shelf.css'

export interface TagsDialogProps {
  title: string
  tags: readonly string[]
  onClose: () => void
  onSave: (tags: string[]) => void
}

export function TagsDialog({ title, tags: before, onClose, onSave }: TagsDialogProps) {
  const t = useWords()
  const { tags: known } = useLabels()
  const [tags, setTags] = useState<readonly string[]>(before)
  const [typed, setTyped] = useState('')
  const take = (text: string) => {
    setTags(withTyped(tags, text))
    setTyped('')
  }
  const onKeyDown = (press: KeyboardEvent) => {
    if (press.nativeEvent.isComposing) return
    if (press.key === 'Backspace' && typed === '') setTags(tags.slice(0, -1))
    // Without anything typed Enter is for the form: it saves.
    if (press.key !== 'Enter' || typed.trim() === '') return
    press.preventDefault()
    take(typed)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    onSave(withTyped(tags, typed))
  }
  const offered = suggestions(known, tags, typed)
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={title} closeLabel={t('shelf.cancel')}>
      <form className="shelf-tags" onSubmit={onSubmit}>
        {tags.length > 0 ? (
          <ul className="shelf-tags__list" aria-label={t('shelf.tags')}>
            {tags.map((tag) => (
              <li key={tag} className="shelf-tag">
                <span className="shelf-tag__name">{tag}</span>
                <button
                  type="button"
                  className="shelf-tag__remove"
                  aria-label={t('shelf.removeTag', { tag })}
                  onClick={() => setTags(tags.filter((other) => other !== tag))}
                >
                  <X size={12} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        <TextField
          label={t('shelf.addTag')}
          hint={t('shelf.tagHint')}
          value={typed}
          autoComplete="off"
          onKeyDown={onKeyDown}
          onChange={(event) => {
            const text = event.currentTarget.value
            if (text.includes(',')) take(text)
            else setTyped(text)
          }}
        />
        {offered.length > 0 ? (
          <ul className="shelf-tags__list" aria-label={t('shelf.suggestions')}>
            {offered.map((tag) => (
              <li key={tag}>
                <Button size="s" onClick={() => take(tag)}>
                  {tag}
                </Button>
              </li>
            ))}
          </ul>
        ) : null}
        <div className="shelf-tags__end">
          <Button onClick={onClose}>{t('shelf.cancel')}</Button>
          <Button type="submit" tone="primary">
            {t('shelf.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
