/** The whole page: providers around it, the way in before it, the frame once one is in. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactNode } from 'react'
import { SignIn } from '../features/sign-in/sign-in'
import { useWords } from '../i18n'
import { useAuth } from '../state'
import { ToastRegion } from '../ui/toast'
import { TooltipProvider } from '../ui/tooltip'
import { Crash } from './crash'
import { Frame } from './frame'

export function App() {
  return (
    <Crash>
      <Providers>
        <SignedInOrNot />
      </Providers>
    </Crash>
  )
}

function SignedInOrNot() {
  const { status } = useAuth()
  return status === 'signed-in' ? <Frame /> : <SignIn />
}

function Providers({ children }: { children: ReactNode }) {
  const t = useWords()
  return (
    <CSPProvider {...nonce()} disableStyleElements>
      <TooltipProvider>
        <ToastRegion label={t('app.notifications')} closeLabel={t('app.dismiss')}>
          {children}
        </ToastRegion>
      </TooltipProvider>
    </CSPProvider>
  )
}

/** What the server wrote into this response; absent under `vite dev`. */
function nonce(): { nonce?: string } {
  const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
  return value ? { nonce: value } : {}
}
