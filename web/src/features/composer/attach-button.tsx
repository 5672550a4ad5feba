// The button that lets one choose files.
import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { useWords } from '../../i18n'
import { IconButton } from '../../ui/button'

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const words = useWords()
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton label={words('attach.button')} onClick={() => field.current?.click()} side="top">
        <Paperclip size={17} aria-hidden />
      </IconButton>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={words('attach.button')}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          // The same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}
