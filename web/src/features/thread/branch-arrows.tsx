// Which of several versions is shown, and the way to the others.
import { ChevronLeft, ChevronRight, Network } from 'lucide-react'
import { useWords } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import { runAction } from '../../parts/actions/use-action'
import { switchBranch } from '../../parts/branches/switch-branch'
import { type BranchInfo, shownFrom } from '../../state'
import { IconButton } from '../../ui/button'
import { useRowActions } from './row-context'

export function BranchArrows({ branch }: { branch: BranchInfo }) {
  const words = useWords()
  const { sessionId, hold } = useRowActions()
  const mapKeys = useKeyNames('branchMap')
  const show = (index: number) => {
    const sibling = branch.siblings[index]
    if (sibling === undefined) return
    hold()
    void switchBranch(sessionId, sibling, shownFrom(sessionId, branch.siblings[branch.index] ?? ''))
  }
  return (
    <div className="row__branches">
      <IconButton
        size="s"
        label={words('thread.previousBranch')}
        disabled={branch.index <= 0}
        onClick={() => show(branch.index - 1)}
      >
        <ChevronLeft size={15} aria-hidden />
      </IconButton>
      <span
        className="row__branch"
        title={words('thread.branchOf', { index: branch.index + 1, count: branch.count })}
      >
        {branch.index + 1}/{branch.count}
      </span>
      <IconButton
        size="s"
        label={words('thread.nextBranch')}
        disabled={branch.index >= branch.count - 1}
        onClick={() => show(branch.index + 1)}
      >
        <ChevronRight size={15} aria-hidden />
      </IconButton>
      <IconButton
        size="s"
        label={words('branches.open')}
        keys={mapKeys}
        onClick={() => runAction('branchMap', branch.siblings[branch.index])}
      >
        <Network size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
