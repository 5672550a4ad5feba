// The bar over the thread that finds a text in it: Enter goes on, Shift+Enter back, Escape closes.
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useWords } from '../../i18n'
import { IconButton } from '../../ui/button'
import type { Finder } from './use-finder'
import './find-bar.css'

export function FindBar({ finder }: { finder: Finder }) {
  const words = useWords()
  const field = useRef<HTMLInputElement>(null)
  const { found, at, asked } = finder
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish to find focuses the field
  useEffect(() => field.current?.select(), [asked])

  const onKeyDown = (press: KeyboardEvent) => {
    if (press.nativeEvent.isComposing) return
    if (press.key === 'Enter' && press.target === field.current) {
      press.preventDefault()
      finder.step(press.shiftKey ? -1 : 1)
    } else if (press.key === 'Escape') {
      press.preventDefault()
      press.stopPropagation()
      finder.close()
    }
  }
  const count = found.items.length
  const idle = finder.text.trim() === ''
  const place = found.status === 'error' ? words('find.failed') : words('find.nothing')
  const shown = idle
    ? ''
    : count > 0
      ? words('find.place', { at: at + 1, count })
      : found.status === 'finding'
        ? words('find.finding')
        : place
  const spoken = count > 0 ? words('find.placeSpoken', { at: at + 1, count }) : shown
  return (
    <search className="find-bar" aria-label={words('find.bar')} onKeyDown={onKeyDown}>
      <input
        ref={field}
        className="find-bar__field"
        type="text"
        aria-label={words('find.label')}
        placeholder={words('find.label')}
        autoComplete="off"
        spellCheck={false}
        maxLength={400}
        value={finder.text}
        onChange={(event) => finder.setText(event.target.value)}
      />
      <span className="find-bar__place" aria-hidden="true" data-nothing={(!idle && count === 0) || undefined}>
        {shown}
      </span>
      <span className="find-bar__spoken" role="status">
        {idle ? '' : spoken}
      </span>
      <IconButton
        size="s"
        label={words('find.previous')}
        keys={['Shift', 'Enter']}
        onClick={() => finder.step(-1)}
      >
        <ChevronUp size={16} aria-hidden />
      </IconButton>
      <IconButton size="s" label={words('find.next')} keys={['Enter']} onClick={() => finder.step(1)}>
        <ChevronDown size={16} aria-hidden />
      </IconButton>
      <IconButton size="s" label={words('find.close')} keys={['Esc']} onClick={finder.close}>
        <X size={16} aria-hidden />
      </IconButton>
    </search>
  )
}
