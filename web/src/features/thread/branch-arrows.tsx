// Which of several versions is shown, and the way to the others.
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useWords } from '../../i18n'
import { type BranchInfo, selectBranch } from '../../state'
import { IconButton } from '../../ui/button'
import { attempt } from './attempt'
import { useRowActions } from './row-context'

export function BranchArrows({ branch }: { branch: BranchInfo }) {
  const words = useWords()
  const { sessionId, hold } = useRowActions()
  const show = (index: number) => {
    const sibling = branch.siblings[index]
    if (sibling === undefined) return
    hold()
    void attempt(selectBranch(sessionId, sibling))
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
    </div>
  )
}
