/** A place to choose a file or drop one. */
import { type DragEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { Button } from '../../ui/button'

export interface FileDropProps {
  /** The name of the file that is on its way; no other one is taken meanwhile. */
  reading: string | null
  onFile: (file: File) => void
}

export function FileDrop({ reading, onFile }: FileDropProps) {
  const t = useWords()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file && reading === null) onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same for the keyboard
    <div
      className="portability__drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.jsonl,.zip"
        aria-label={t('portability.file')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          // The same file can be chosen again.
          event.target.value = ''
          if (file) onFile(file)
        }}
      />
      {reading === null ? (
        <>
          <Button tone="primary" onClick={() => input.current?.click()}>
            {t('portability.choose')}
          </Button>
          <span className="portability__quiet">{t('portability.drop')}</span>
        </>
      ) : (
        <span role="status" className="portability__quiet">
          {t('portability.reading', { name: reading })}
        </span>
      )}
    </div>
  )
}
