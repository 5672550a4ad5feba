/** Model servers on this computer: looking for them, and taking one into use. */
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, keepProvider, lookAgain } from '../../state'
import { Button } from '../../ui/button'
import { showToast } from '../../ui/toast'

export function LookAgain() {
  const t = useWords()
  const { busy, run } = useOnce(t('providers.lookFailed'))
  return (
    <Button size="s" icon={<RotateCw size={14} aria-hidden />} disabled={busy} onClick={() => run(lookAgain)}>
      {busy ? t('providers.looking') : t('providers.look')}
    </Button>
  )
}

export interface UseFoundProps {
  id: string
  /** A name for people; the id unless told. */
  name?: string
  /** It is in use. */
  onUsed?: () => void
}

export function UseFound({ id, name = id, onUsed }: UseFoundProps) {
  const t = useWords()
  const { busy, run } = useOnce(t('providers.useFailed'))
  return (
    <Button
      size="s"
      disabled={busy}
      onClick={() =>
        run(async () => {
          await keepProvider(id)
          showToast({ title: t('providers.used', { name }) })
          onUsed?.()
        })
      }
    >
      {t('providers.use', { name })}
    </Button>
  )
}

/** One thing at a time; what goes wrong is told. */
function useOnce(failed: string): { busy: boolean; run: (doing: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false)
  const run = (doing: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    doing()
      .catch((reason: unknown) => {
        const { detail } = reason instanceof ApiError ? reason : ApiError.network()
        showToast({ title: failed, description: detail, tone: 'failed' })
      })
      .finally(() => setBusy(false))
  }
  return { busy, run }
}
