// The files of a message that is edited: each goes along with the rerun, or is left out of it.
import { Undo2, X } from 'lucide-react'
import { useWords } from '../../i18n'
import { iconOf, lookOf, sizeOf } from '../../parts/attachments/kinds'
import type { ChatAttachmentRef } from '../../state'
import { IconButton } from '../../ui/button'
import './edited-files.css'

interface EditedFilesProps {
  files: readonly ChatAttachmentRef[]
  /** The ids of those that are left out. */
  dropped: readonly string[]
  onDropped: (dropped: readonly string[]) => void
}

export function EditedFiles({ files, dropped, onDropped }: EditedFilesProps) {
  const words = useWords()
  return (
    <ul className="edited-files" aria-label={words('thread.files')}>
      {files.map((file) => {
        const out = dropped.includes(file.id)
        const Icon = iconOf(file.mimeType)
        return (
          <li key={file.id} className="edited-file" data-out={out || undefined}>
            <span className="attached__icon" data-look={lookOf(file.mimeType)}>
              <Icon size={15} aria-hidden />
            </span>
            <span className="edited-file__name" title={file.name}>
              {out ? <del>{file.name}</del> : file.name}
            </span>
            <span className="edited-file__size">{sizeOf(file.sizeBytes)}</span>
            <IconButton
              size="s"
              label={words(out ? 'thread.keepFile' : 'thread.dropFile', { name: file.name })}
              onClick={() => onDropped(out ? dropped.filter((id) => id !== file.id) : [...dropped, file.id])}
            >
              {out ? <Undo2 size={14} aria-hidden /> : <X size={14} aria-hidden />}
            </IconButton>
          </li>
        )
      })}
    </ul>
  )
}
