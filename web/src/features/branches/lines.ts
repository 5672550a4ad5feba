// The tree of a session as lines: forks and ends with their words, what goes straight on between them as one line.
//
// Always true: every message stands in exactly one line, on its own or in a run; a branch that is shown goes on at the
// level it has, the ones beside it are one deeper, so that the level says how many turns off the shown one it is. No
// recursion: a conversation may be thousands of messages deep.
import type { SessionTree, TreeMessage } from '../../state'

/** Messages in a row from which on they are one line. */
const RUN_FROM = 2

interface Placed {
  key: string
  /** From 1. */
  level: number
  /** The line that it stands under; `null`: none. */
  parent: string | null
  /** Of the branch that is shown. */
  active: boolean
  /** Among the lines under the same one, from 1. */
  position: number
  count: number
}

export interface MessageLine extends Placed {
  kind: 'message'
  message: TreeMessage
  /** Which of several children of one message it is, from 1. */
  version: { index: number; count: number } | undefined
  /** The end of the branch that is shown. */
  leaf: boolean
}

/** Messages that follow one another and have nobody beside them. */
export interface RunLine extends Placed {
  kind: 'run'
  messages: readonly TreeMessage[]
  open: boolean
}

export type MapLine = MessageLine | RunLine

export interface Tree {
  readonly byId: ReadonlyMap<string, TreeMessage>
  /** `''`: those that begin. Oldest first. */
  readonly children: ReadonlyMap<string, readonly TreeMessage[]>
  /** The branch that is shown, from its beginning. */
  readonly path: readonly string[]
}

export function treeOf({ items, activeLeafId }: SessionTree): Tree {
  const byId = new Map(items.map((message) => [message.id, message]))
  const children = new Map<string, TreeMessage[]>()
  for (const message of items) {
    const parent = message.parentId && byId.has(message.parentId) ? message.parentId : ''
    const beside = children.get(parent)
    if (beside) beside.push(message)
    else children.set(parent, [message])
  }
  const path: string[] = []
  for (let at = byId.get(activeLeafId ?? ''); at; at = byId.get(at.parentId ?? '')) path.push(at.id)
  return { byId, children, path: path.reverse() }
}

/** What going to `id` takes out of sight: how many messages of the branch that is shown, and its end. */
export function hiddenBy(tree: Tree, id: string): { hidden: number; leaf: string } | undefined {
  const shown = new Map(tree.path.map((message, index) => [message, index]))
  let at = tree.byId.get(id)
  while (at && !shown.has(at.id)) at = tree.byId.get(at.parentId ?? '')
  const leaf = tree.path.at(-1)
  if (leaf === undefined || at?.id === id) return undefined
  const left = tree.path.slice((at ? (shown.get(at.id) ?? -1) : -1) + 1)
  return { hidden: left.filter((message) => !tree.byId.get(message)?.deleted).length, leaf }
}

/** A branch that is still to be laid out. */
interface Branch {
  first: TreeMessage
  version: MessageLine['version']
  level: number
  parent: string | null
}

type Unplaced<Line> = Line extends MapLine ? Omit<Line, 'position' | 'count'> : never

/** The lines from top to bottom; `open`: the runs that are shown in full, by their keys. */
export function linesOf(tree: Tree, open: ReadonlySet<string>): MapLine[] {
  const shown = new Set(tree.path)
  const leaf = tree.path.at(-1)
  const lines: Unplaced<MapLine>[] = []
  const todo: Branch[] = []

  const say = (message: TreeMessage, { version, level, parent }: Omit<Branch, 'first'>) => {
    const active = shown.has(message.id)
    const place = { key: message.id, level, parent, active }
    lines.push({ kind: 'message', message, version, leaf: message.id === leaf, ...place })
  }
  const sayRun = (run: readonly TreeMessage[], { level, parent }: Branch) => {
    const [first] = run
    if (!first) return
    if (run.length < RUN_FROM) {
      for (const message of run) say(message, { version: undefined, level, parent })
      return
    }
    const key = `run:${first.id}`
    const isOpen = open.has(key)
    lines.push({ kind: 'run', messages: run, open: isOpen, key, level, parent, active: shown.has(first.id) })
    if (!isOpen) return
    for (const message of run) say(message, { version: undefined, level: level + 1, parent: key })
  }
  /** Puts what begins below a message where it is laid out next: what is beside the way on, then the way on. */
  const fork = (
    after: readonly TreeMessage[],
    level: number,
    parent: string | null,
    under: string | null,
  ) => {
    const on = after.find((message) => shown.has(message.id)) ?? after.at(-1)
    const branches = after.map((first, index): Branch => {
      const version = after.length > 1 ? { index: index + 1, count: after.length } : undefined
      const beside = first !== on && under !== null
      return { first, version, level: beside ? level + 1 : level, parent: beside ? under : parent }
    })
    const beside = branches.filter(({ first }) => first !== on)
    const way = branches.filter(({ first }) => first === on)
    todo.push(...way, ...beside.reverse())
  }

  fork(tree.children.get('') ?? [], 1, null, null)
  for (let branch = todo.pop(); branch; branch = todo.pop()) {
    let run: TreeMessage[] = []
    let at: TreeMessage | undefined = branch.first
    while (at) {
      const after: readonly TreeMessage[] = tree.children.get(at.id) ?? []
      if (at !== branch.first && after.length === 1 && at.id !== leaf) {
        run.push(at)
        at = after[0]
        continue
      }
      sayRun(run, branch)
      run = []
      say(at, at === branch.first ? branch : { ...branch, version: undefined })
      if (after.length > 1) fork(after, branch.level, branch.parent, at.id)
      at = after.length === 1 ? after[0] : undefined
    }
  }
  return placed(lines)
}

/** With each line's place among those under the same one. */
function placed(lines: readonly Unplaced<MapLine>[]): MapLine[] {
  const counts = new Map<string | null, number>()
  const positions = lines.map(({ parent }) => {
    const position = (counts.get(parent) ?? 0) + 1
    counts.set(parent, position)
    return position
  })
  return lines.map((line, index) => ({
    ...line,
    position: positions[index] ?? 1,
    count: counts.get(line.parent) ?? 1,
  }))
}

/** Where a key leads: the line's index, or that its run opens or closes. `undefined`: it is no key of the tree. */
export function moved(
  lines: readonly MapLine[],
  from: number,
  key: string,
): { to: number } | { toggle: string } | undefined {
  const line = lines[from]
  const to = (index: number) => ({ to: Math.max(0, Math.min(lines.length - 1, index)) })
  if (key === 'ArrowDown') return to(from + 1)
  if (key === 'ArrowUp') return to(from - 1)
  if (key === 'Home') return to(0)
  if (key === 'End') return to(lines.length - 1)
  if (!line || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return undefined
  if (line.kind === 'run' && line.open !== (key === 'ArrowRight')) return { toggle: line.key }
  if (key === 'ArrowRight') return lines[from + 1]?.parent === line.key ? to(from + 1) : to(from)
  const above = lines.findIndex((other) => other.key === line.parent)
  return to(above < 0 ? from : above)
}
