// One attached file, large: a picture to zoom into and to leaf through from, or the preview of a file.
import { Dialog as Base } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, Maximize, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { endingOf, sizeOf } from '../../parts/attachments/kinds'
import { type ChatAttachmentRef, useAttachmentUrl } from '../../state'
import { IconButton } from '../../ui/button'
import { WorkingDot } from '../../ui/working-dot'
import { DownloadButton } from './attached'
import { FilePreview } from './file-preview'
import './viewer.css'

export interface ViewerProps {
  shown: ChatAttachmentRef
  /** What it leafs through. */
  all: readonly ChatAttachmentRef[]
  onShow: (id: string) => void
  onClose: () => void
}

/** Factors of the picture's own size; `null` fits it to the window. */
const ZOOMS = [0.25, 0.5, 1, 2, 4] as const

export function Viewer({ shown, all, onShow, onClose }: ViewerProps) {
  const words = useWords()
  const popup = useRef<HTMLDivElement>(null)
  const at = all.findIndex(({ id }) => id === shown.id)
  const [zoom, setZoom] = useState<number | null>(null)
  const isImage = shown.kind === 'image'

  const go = (by: number) => {
    const next = all[(at + by + all.length) % all.length]
    if (!next || all.length < 2) return
    setZoom(null)
    onShow(next.id)
  }
  const closer = (by: 1 | -1) => setZoom((now) => zoomed(now, by))

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isImage || event.ctrlKey || event.metaKey || event.altKey) return
    const act = {
      ArrowLeft: () => go(-1),
      ArrowRight: () => go(1),
      '+': () => closer(1),
      '=': () => closer(1),
      '-': () => closer(-1),
      '0': () => setZoom(null),
    }[event.key]
    // Where a zoomed picture scrolls, the arrows scroll it.
    if (!act || (event.key.startsWith('Arrow') && zoom !== null)) return
    event.preventDefault()
    act()
  }

  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup ref={popup} className="viewer" initialFocus={popup} onKeyDown={onKeyDown}>
          <header className="viewer__head">
            <Base.Title className="viewer__title" title={shown.name}>
              {shown.name}
            </Base.Title>
            <span className="viewer__meta">
              {[endingOf(shown.name), sizeOf(shown.sizeBytes)].filter(Boolean).join(' · ')}
            </span>
            {all.length > 1 ? (
              <span className="viewer__place">
                <IconButton label={words('files.previous')} onClick={() => go(-1)}>
                  <ChevronLeft size={17} aria-hidden />
                </IconButton>
                <span role="status">{words('files.place', { at: at + 1, count: all.length })}</span>
                <IconButton label={words('files.next')} onClick={() => go(1)}>
                  <ChevronRight size={17} aria-hidden />
                </IconButton>
              </span>
            ) : null}
            {isImage ? (
              <span className="viewer__tools">
                <IconButton label={words('files.zoomOut')} onClick={() => closer(-1)}>
                  <ZoomOut size={16} aria-hidden />
                </IconButton>
                <IconButton label={words('files.zoomIn')} onClick={() => closer(1)}>
                  <ZoomIn size={16} aria-hidden />
                </IconButton>
                <IconButton label={words('files.fit')} disabled={zoom === null} onClick={() => setZoom(null)}>
                  <Maximize size={15} aria-hidden />
                </IconButton>
              </span>
            ) : null}
            <DownloadButton file={shown} />
            <Base.Close
              render={
                <IconButton label={words('files.close')}>
                  <X size={16} aria-hidden />
                </IconButton>
              }
            />
          </header>
          {isImage ? <Picture image={shown} zoom={zoom} /> : <FilePreview file={shown} />}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function zoomed(now: number | null, by: 1 | -1): number | null {
  if (now === null) return by > 0 ? 1 : 0.5
  const at = ZOOMS.indexOf(now as (typeof ZOOMS)[number])
  return ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + by))] ?? now
}

function Picture({ image, zoom }: { image: ChatAttachmentRef; zoom: number | null }) {
  const words = useWords()
  const { value: url, problem } = useAttachmentUrl(image.id)
  const [width, setWidth] = useState<number>()
  if (problem) return <p className="viewer__note">{words('files.gone', { detail: problem.detail })}</p>
  if (!url) {
    return (
      <p className="viewer__note" role="status">
        <WorkingDot />
        {words('files.loading')}
      </p>
    )
  }
  return (
    <section
      className="viewer__picture"
      data-zoom={zoom === null ? 'fit' : undefined}
      tabIndex={zoom === null ? -1 : 0}
      aria-label={image.name}
    >
      <img
        src={url}
        alt={image.name}
        decoding="async"
        onLoad={(event) => setWidth(event.currentTarget.naturalWidth)}
        {...(zoom !== null && width ? { width: Math.max(1, Math.round(width * zoom)) } : {})}
      />
    </section>
  )
}
