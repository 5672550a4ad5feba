// What was sent along with a message: pictures to look at, files as cards.
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { endingOf, iconOf, lookOf, sizeOf } from '../../parts/attachments/kinds'
import { type ChatAttachmentRef, downloadAttachment, useAttachmentUrl } from '../../state'
import { IconButton } from '../../ui/button'
import { showToast } from '../../ui/toast'
import { Viewer } from './viewer'
import './attached.css'

export function Attached({ attachments }: { attachments: readonly ChatAttachmentRef[] }) {
  const words = useWords()
  const [opened, setOpened] = useState<string | null>(null)
  if (attachments.length === 0) return null
  const images = attachments.filter((attachment) => attachment.kind === 'image')
  const files = attachments.filter((attachment) => attachment.kind !== 'image')
  const shown = attachments.find(({ id }) => id === opened)
  return (
    <div className="attached">
      {images.length > 0 ? (
        <ul className="attached__images" aria-label={words('files.list')}>
          {images.map((image) => (
            <li key={image.id}>
              <Thumbnail image={image} onOpen={() => setOpened(image.id)} />
            </li>
          ))}
        </ul>
      ) : null}
      {files.length > 0 ? (
        <ul className="attached__files" aria-label={words('files.list')}>
          {files.map((file) => (
            <li key={file.id}>
              <Card file={file} onOpen={() => setOpened(file.id)} />
            </li>
          ))}
        </ul>
      ) : null}
      {shown ? (
        <Viewer
          shown={shown}
          all={shown.kind === 'image' ? images : [shown]}
          onShow={setOpened}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </div>
  )
}

function Thumbnail({ image, onOpen }: { image: ChatAttachmentRef; onOpen: () => void }) {
  const words = useWords()
  const { value: url, problem } = useAttachmentUrl(image.id)
  const Icon = iconOf(image.mimeType)
  return (
    <button
      type="button"
      className="attached__image"
      aria-label={words('files.open', { name: image.name })}
      title={problem ? words('files.gone', { detail: problem.detail }) : image.name}
      onClick={onOpen}
    >
      {url ? (
        <img src={url} alt={image.name} decoding="async" />
      ) : (
        <span className="attached__waits">
          <Icon size={22} aria-hidden />
          {problem ? image.name : null}
        </span>
      )}
    </button>
  )
}

function Card({ file, onOpen }: { file: ChatAttachmentRef; onOpen: () => void }) {
  const words = useWords()
  const Icon = iconOf(file.mimeType)
  const kind = endingOf(file.name)
  return (
    <div className="attached__card">
      <button
        type="button"
        className="attached__open"
        aria-label={words('files.preview', { name: file.name })}
        onClick={onOpen}
      >
        <span className="attached__icon" data-look={lookOf(file.mimeType)}>
          <Icon size={18} aria-hidden />
        </span>
        <span className="attached__words">
          <span className="attached__name" title={file.name}>
            {file.name}
          </span>
          <span className="attached__meta">{[kind, sizeOf(file.sizeBytes)].filter(Boolean).join(' · ')}</span>
        </span>
      </button>
      <DownloadButton file={file} />
    </div>
  )
}

export function DownloadButton({ file }: { file: ChatAttachmentRef }) {
  const words = useWords()
  return (
    <IconButton
      size="s"
      label={words('files.download', { name: file.name })}
      onClick={() => {
        downloadAttachment(file.id, file.name).catch((reason: { detail?: string }) =>
          showToast({
            title: words('files.downloadFailed'),
            tone: 'failed',
            ...(reason.detail ? { description: reason.detail } : {}),
          }),
        )
      }}
    >
      <Download size={15} aria-hidden />
    </IconButton>
  )
}
