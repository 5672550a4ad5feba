/** The tree of a session's branches: arrows move in it, Enter goes to a message and shows its branch. */
import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useWords } from '../../i18n'
import { switchBranch } from '../../parts/branches/switch-branch'
import { type SessionTree, showMessage, useTree } from '../../state'
import { Button } from '../../ui/button'
import { BranchLine } from './branch-line'
import { hiddenBy, linesOf, type MapLine, moved, treeOf } from './lines'
import './branch-map.css'

export interface Place {
  sessionId: string
  /** The message that is pointed at first. Absent: the end of the branch that is shown. */
  at: string | undefined
  onClose: () => void
}

export function BranchTree({ sessionId, at, onClose }: Place) {
  const t = useWords()
  const { value, problem, again } = useTree(sessionId)
  if (problem) {
    return (
      <div className="branch-map__note" role="alert">
        <p>{t('branches.failed', { reason: problem.detail })}</p>
        <Button onClick={again}>{t('branches.again')}</Button>
      </div>
    )
  }
  if (!value) {
    return (
      <p className="branch-map__note" role="status">
        {t('branches.loading')}
      </p>
    )
  }
  if (value.items.length === 0) return <p className="branch-map__note">{t('branches.empty')}</p>
  return <Lines sessionId={sessionId} session={value} at={at} onClose={onClose} />
}

function Lines({ sessionId, session, at, onClose }: Place & { session: SessionTree }) {
  const t = useWords()
  const tree = useMemo(() => treeOf(session), [session])
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const lines = useMemo(() => linesOf(tree, open), [tree, open])
  const [first] = useState(() => Math.max(0, indexOf(lines, at ?? session.activeLeafId ?? '')))
  const [pointed, setPointed] = useState(lines[first]?.key ?? '')
  const index = Math.max(0, indexOf(lines, pointed))
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle | null>(null)

  // The dialog took the focus as it opened, before there was a tree.
  useEffect(() => scroller.current?.focus({ preventScroll: true }), [])

  const point = (to: number) => {
    setPointed(lines[to]?.key ?? '')
    list.current?.scrollToIndex(to, { align: 'nearest' })
  }
  const toggle = (key: string) => {
    const next = new Set(open)
    if (!next.delete(key)) next.add(key)
    setOpen(next)
    setPointed(key)
  }
  const act = (line: MapLine | undefined) => {
    if (line?.kind === 'run') toggle(line.key)
    if (line?.kind !== 'message') return
    onClose()
    void go(sessionId, line.key, hiddenBy(tree, line.key))
  }

  return (
    <>
      <div
        ref={scroller}
        className="branch-map"
        role="tree"
        aria-label={t('branches.map')}
        aria-activedescendant={lines[index] ? `branch-${lines[index].key}` : undefined}
        aria-describedby="branch-map-hint"
        tabIndex={0}
        style={{ '--lines': lines.length } as CSSProperties}
        onKeyDown={(press) => {
          if (press.ctrlKey || press.metaKey || press.altKey) return
          if (press.key === 'Enter' || press.key === ' ') {
            press.preventDefault()
            act(lines[index])
            return
          }
          const step = moved(lines, index, press.key)
          if (!step) return
          press.preventDefault()
          if ('to' in step) point(step.to)
          else toggle(step.toggle)
        }}
      >
        <Virtualizer
          ref={(handle) => {
            // As it opens it shows the place it was opened from.
            if (handle && !list.current) handle.scrollToIndex(first, { align: 'center' })
            list.current = handle
          }}
          scrollRef={scroller}
          keepMounted={[index]}
        >
          {lines.map((line, place) => (
            <BranchLine key={line.key} line={line} pointed={place === index} onAct={() => act(line)} />
          ))}
        </Virtualizer>
      </div>
      <p className="branch-map__hint" id="branch-map-hint">
        {session.hasMore ? `${t('branches.cut', { count: session.items.length })} ` : ''}
        {t('branches.hint')}
      </p>
    </>
  )
}

function indexOf(lines: readonly MapLine[], key: string): number {
  return lines.findIndex(
    (line) =>
      line.key === key || (line.kind === 'run' && !line.open && line.messages.some(({ id }) => id === key)),
  )
}

async function go(sessionId: string, messageId: string, before: ReturnType<typeof hiddenBy>): Promise<void> {
  if (before && !(await switchBranch(sessionId, messageId, before))) return
  showMessage({ sessionId, messageId, texts: [], nth: 0, focus: true })
}
