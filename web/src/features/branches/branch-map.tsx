/** All branches of a session at a glance, in a dialog. Elsewhere: the tree itself, which is fetched late (`branch-tree`). */
import { useState } from 'react'
import { useWords } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import { late } from '../../parts/page/late'
import { Dialog } from '../../ui/dialog'

const BranchTree = late(async () => (await import('./branch-tree')).BranchTree)

export function BranchMap({ sessionId }: { sessionId: string }) {
  const t = useWords()
  const [at, setAt] = useState<{ message: string | undefined } | null>(null)
  useAction('branchMap', (message) => setAt({ message }))
  return (
    <Dialog
      open={at !== null}
      onOpenChange={(open) => setAt(open ? { message: undefined } : null)}
      title={t('branches.map')}
      closeLabel={t('branches.close')}
    >
      <BranchTree sessionId={sessionId} at={at?.message} onClose={() => setAt(null)} />
    </Dialog>
  )
}
