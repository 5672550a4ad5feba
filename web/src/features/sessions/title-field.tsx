/** A session's title while it is being changed: Enter or leaving saves, Esc takes it back. */
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useWords } from '../../i18n'
import './title-field.css'

/** Characters the server takes. */
const LONGEST = 200

export interface TitleFieldProps {
  title: string
  onSave: (title: string) => void
  /** After saving and after taking back; `byKey`: the focus should go where it came from. */
  onEnd: (byKey: boolean) => void
  className?: string
}

export function TitleField({ title, onSave, onEnd, className }: TitleFieldProps) {
  const t = useWords()
  const field = useRef<HTMLInputElement>(null)
  const ended = useRef(false)

  useEffect(() => {
    // After the menu that opened it has given the focus back.
    const frame = requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.select()
    })
    return () => cancelAnimationFrame(frame)
  }, [])

  const end = (save: boolean, byKey: boolean) => {
    if (ended.current) return
    ended.current = true
    if (save) onSave(field.current?.value ?? title)
    onEnd(byKey)
  }

  const onKeyDown = (press: KeyboardEvent) => {
    press.stopPropagation()
    if (press.nativeEvent.isComposing) return
    if (press.key === 'Enter') end(true, true)
    if (press.key === 'Escape') end(false, true)
  }

  return (
    <input
      ref={field}
      className={className ? `title-field ${className}` : 'title-field'}
      dir="auto"
      aria-label={t('sessions.renameField')}
      defaultValue={title}
      maxLength={LONGEST}
      autoComplete="off"
      onKeyDown={onKeyDown}
      onBlur={() => {
        // The frame before the first focus may blur once; only a field that had the focus ends.
        if (document.hasFocus()) end(true, false)
      }}
    />
  )
}
