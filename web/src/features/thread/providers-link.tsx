// The way to the page where keys and addresses are set, beside what can't go on without them.
import { useLocation } from 'wouter'

const PROVIDERS = '/settings/providers'

export function ProvidersLink({ tone, children }: { tone: 'plain' | 'quiet'; children: string }) {
  const [, navigate] = useLocation()
  return (
    <a
      className={`ui-button ui-button--${tone} ui-button--s`}
      href={PROVIDERS}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        navigate(PROVIDERS)
      }}
    >
      {children}
    </a>
  )
}
