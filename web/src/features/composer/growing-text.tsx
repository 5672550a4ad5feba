/** A text area that is as tall as its text, up to a limit its style sets. */
import { type ComponentProps, useLayoutEffect, useRef } from 'react'

const GROWS_BY_ITSELF = typeof CSS !== 'undefined' && CSS.supports?.('field-sizing', 'content')

type Props = Omit<ComponentProps<'textarea'>, 'ref' | 'value'> & {
  value: string
  ref: React.RefObject<HTMLTextAreaElement | null>
}

export function GrowingText({ ref, value, ...props }: Props) {
  const measured = useRef('')
  useLayoutEffect(() => {
    const area = ref.current
    if (GROWS_BY_ITSELF || !area || measured.current === value) return
    measured.current = value
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  })
  return <textarea ref={ref} rows={1} value={value} {...props} />
}
