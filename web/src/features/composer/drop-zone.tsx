// Files dragged over the page: anywhere on it they can be dropped, and it says so.
import { FilePlus2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useWords } from '../../i18n'

export function DropZone({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const words = useWords()
  const [over, setOver] = useState(false)
  const take = useRef(onFiles)
  take.current = onFiles
  useEffect(() => {
    // Entering a child comes before leaving its parent: only the balance tells.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const allow = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      // Without this the browser leaves the page and shows the file.
      event.preventDefault()
      depth = 0
      setOver(false)
      take.current(filesIn(event.dataTransfer))
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop } as const
    for (const [name, listener] of Object.entries(listeners)) {
      window.addEventListener(name as keyof typeof listeners, listener)
    }
    return () => {
      for (const [name, listener] of Object.entries(listeners)) {
        window.removeEventListener(name as keyof typeof listeners, listener)
      }
    }
  }, [])
  if (!over) return null
  return createPortal(
    <div className="drop-zone">
      <p className="drop-zone__card">
        <FilePlus2 size={22} aria-hidden />
        {words('attach.drop')}
      </p>
    </div>,
    document.body,
  )
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

/** Files alone: a dropped folder looks like an empty one. */
function filesIn(data: DataTransfer | null): readonly File[] {
  if (!data) return []
  const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry?.()?.isDirectory ?? false
  const items = [...data.items].filter((item) => item.kind === 'file' && !isFolder(item))
  return items.flatMap((item) => item.getAsFile() ?? [])
}
