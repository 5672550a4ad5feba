/**
 * Short notices at the lower edge, with at most one thing to do about them.
 *
 * Always true: a notice says what happened; what it offers to undo can be undone until it goes. Hover and focus hold
 * it. Any code may show one with {@link showToast}; {@link ToastRegion} stands once, near the root.
 */
import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import './toast.css'

const manager = Toast.createToastManager()

export interface ToastContent {
  title: string
  description?: string
  tone?: 'plain' | 'failed'
  action?: { label: string; onAct: () => void }
  /** Milliseconds it stays; 5,000 unless told. */
  stayMs?: number
  /** A second notice with the same key takes the first one's place. */
  key?: string
}

/** Shows a notice; the returned function takes it away. */
export function showToast({
  title,
  description,
  tone = 'plain',
  action,
  stayMs,
  key,
}: ToastContent): () => void {
  const id = manager.add({
    ...(key ? { id: key } : {}),
    title,
    description,
    type: tone,
    priority: tone === 'failed' ? 'high' : 'low',
    timeout: stayMs ?? 5_000,
    ...(action
      ? {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id)
              action.onAct()
            },
          },
        }
      : {}),
  })
  return () => manager.close(id)
}

export interface ToastRegionProps {
  label: string
  closeLabel: string
  children: ReactNode
}

export function ToastRegion({ label, closeLabel, children }: ToastRegionProps) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="ui-toasts" aria-label={label}>
          <Toasts closeLabel={closeLabel} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Toasts({ closeLabel }: { closeLabel: string }) {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="ui-toast" swipeDirection={['down', 'right']}>
      <Toast.Content className="ui-toast__content">
        <div className="ui-toast__words">
          <Toast.Title className="ui-toast__title" />
          <Toast.Description className="ui-toast__description" />
        </div>
        <Toast.Action className="ui-toast__action" />
        <Toast.Close className="ui-toast__close" aria-label={closeLabel}>
          <X size={14} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
