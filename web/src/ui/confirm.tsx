/** A question before something that can't be undone. Enter does nothing until one of both was chosen. */
import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import { type ReactNode, useRef } from 'react'
import { Button } from './button'
import './dialog.css'
import './confirm.css'

export interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What comes of it. */
  children: ReactNode
  confirmLabel: string
  cancelLabel: string
  onConfirm: () => void
}

export function Confirm(props: ConfirmProps) {
  const { open, onOpenChange, title, children, confirmLabel, cancelLabel, onConfirm } = props
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup ref={popup} className="ui-dialog ui-confirm" initialFocus={popup}>
          <Base.Title className="ui-dialog__title">{title}</Base.Title>
          <Base.Description className="ui-confirm__body">{children}</Base.Description>
          <div className="ui-confirm__choices">
            <Base.Close render={<Button>{cancelLabel}</Button>} />
            <Button
              tone="danger"
              onClick={() => {
                onOpenChange(false)
                onConfirm()
              }}
            >
              {confirmLabel}
            </Button>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
