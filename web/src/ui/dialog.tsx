/** Things that take the page's attention: a dialog in the middle, a drawer from the left. */
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { IconButton } from './button'
import './dialog.css'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  closeLabel: string
  children: ReactNode
}

export function Dialog({ open, onOpenChange, title, closeLabel, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        {/* The focus goes to the dialog itself, so that its title is read and no tooltip opens. */}
        <Base.Popup ref={popup} className="ui-dialog" initialFocus={popup}>
          <header className="ui-dialog__head">
            <Base.Title className="ui-dialog__title">{title}</Base.Title>
            <Base.Close
              render={
                <IconButton label={closeLabel}>
                  <X size={16} aria-hidden />
                </IconButton>
              }
            />
          </header>
          <Body label={title}>{children}</Body>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** Where it scrolls, the keys reach it. */
function Body({ label, children }: { label: string; children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useLayoutEffect(() => {
    const element = body.current
    if (!element) return
    const observer = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div
      ref={body}
      className="ui-dialog__body"
      {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      {children}
    </div>
  )
}

export interface DrawerProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names it for screen readers; not shown. */
  label: string
  children: ReactNode
}

/** What is a rail on a wide screen, over the page on a narrow one. */
export function Drawer({ open, onOpenChange, label, children }: DrawerProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup ref={popup} className="ui-drawer" aria-label={label} initialFocus={popup}>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
