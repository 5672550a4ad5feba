// The files of a draft: what each is, how far it is, and what can be done about it.
import { RotateCw, X } from 'lucide-react'
import { useWords } from '../../i18n'
import { iconOf, sizeOf } from '../../parts/attachments/kinds'
import { type DraftFile, removeFile, retryFile, useDraftFileUrl } from '../../state'
import { Button, IconButton } from '../../ui/button'
import './drafted-files.css'

export interface DraftedFilesProps {
  draft: string
  files: readonly DraftFile[]
  /** Puts a pasted text into the message in place of its file. */
  onText: (file: DraftFile) => void
}

export function DraftedFiles({ draft, files, onText }: DraftedFilesProps) {
  const words = useWords()
  if (files.length === 0) return null
  return (
    <ul className="drafted" aria-label={words('attach.list')}>
      {files.map((file) => (
        <li key={file.id} className="drafted__file" data-state={file.state}>
          <Picture file={file} />
          <span className="drafted__words">
            <span className="drafted__name" title={file.name}>
              {file.name}
            </span>
            <Standing file={file} />
            {file.pasted && file.state !== 'failed' ? (
              <Button size="s" tone="quiet" className="drafted__as-text" onClick={() => onText(file)}>
                {words('attach.asText')}
              </Button>
            ) : null}
          </span>
          {file.state === 'failed' ? (
            <IconButton
              size="s"
              label={words('attach.retry', { name: file.name })}
              onClick={() => retryFile(draft, file.id)}
            >
              <RotateCw size={14} aria-hidden />
            </IconButton>
          ) : null}
          <IconButton
            size="s"
            label={words(isUnderWay(file) ? 'attach.cancel' : 'attach.remove', { name: file.name })}
            onClick={() => removeFile(draft, file.id)}
          >
            <X size={14} aria-hidden />
          </IconButton>
          {file.state === 'uploading' ? (
            <progress className="drafted__progress" aria-label={file.name} max={1} value={file.progress} />
          ) : null}
        </li>
      ))}
    </ul>
  )
}

export function isUnderWay(file: DraftFile): boolean {
  return file.state === 'waiting' || file.state === 'uploading'
}

function Picture({ file }: { file: DraftFile }) {
  const mime = file.uploaded?.mimeType ?? file.type
  const isImage = /^image\/(png|jpeg|gif|webp)$/.test(mime)
  const url = useDraftFileUrl(isImage ? file : null)
  const Icon = iconOf(mime)
  return (
    <span className="drafted__picture">
      {url ? <img src={url} alt="" decoding="async" /> : <Icon size={18} aria-hidden />}
    </span>
  )
}

function Standing({ file }: { file: DraftFile }) {
  const words = useWords()
  if (file.state === 'failed') {
    return (
      <span className="drafted__note drafted__note--failed" role="alert">
        {file.problem?.detail}
      </span>
    )
  }
  const note =
    file.state === 'uploading'
      ? words('attach.uploading', { percent: Math.round(file.progress * 100) })
      : file.state === 'waiting'
        ? words('attach.waiting')
        : sizeOf(file.size)
  return <span className="drafted__note">{note}</span>
}
