/**
 * The list as one column of lines: folders first, each with its sessions while it is open, then a heading before each
 * group and its sessions. Pure.
 */
import type { Folders, Session, SessionGroup } from '../../state'

export interface FolderLine {
  kind: 'folder'
  key: string
  name: string
  count: number
  open: boolean
}

export type Line =
  | FolderLine
  | { kind: 'heading'; key: SessionGroup['key'] }
  | { kind: 'session'; key: string; session: Session; filed: boolean }
  | { kind: 'more'; key: string; name: string; status: 'loading' | 'ready' | 'error' }

export function linesOf(groups: readonly SessionGroup[]): Line[] {
  return groups.flatMap((group) => [
    { kind: 'heading' as const, key: group.key },
    ...group.items.map((session) => ({ kind: 'session' as const, key: session.id, session, filed: false })),
  ])
}

/** The lines of the folders: those the server counts, and those that sessions have come into since. */
export function folderLines(
  counted: readonly { name: string; count: number }[],
  folders: Folders,
  listed: readonly Session[],
): Line[] {
  const open = new Set(folders.open)
  const known = new Map<string, Session[]>()
  for (const session of listed) {
    if (!session.folder) continue
    const there = known.get(session.folder)
    if (there) there.push(session)
    else known.set(session.folder, [session])
  }
  const counts = new Map(counted.map(({ name, count }) => [name, count]))
  for (const [name, sessions] of known) if (!counts.has(name)) counts.set(name, sessions.length)
  const names = [...counts.keys()].sort((a, b) => a.localeCompare(b))
  return names.flatMap((name) => {
    const isOpen = open.has(name)
    const line: FolderLine = {
      kind: 'folder',
      key: `folder:${name}`,
      name,
      count: counts.get(name) ?? 0,
      open: isOpen,
    }
    if (!isOpen) return [line]
    const rows = (known.get(name) ?? []).map((session) => ({
      kind: 'session' as const,
      key: session.id,
      session,
      filed: true,
    }))
    const page = folders.pages.get(name)
    if (page?.status === 'ready' && page.next === null) return [line, ...rows]
    return [
      line,
      ...rows,
      { kind: 'more' as const, key: `more:${name}`, name, status: page?.status ?? 'loading' },
    ]
  })
}

/** Where a key takes the focus from line `from`; `undefined`: the key moves nothing. */
export function moved(lines: readonly Line[], from: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return nextStop(lines, from + 1, 1)
    case 'ArrowUp':
      return nextStop(lines, from - 1, -1)
    case 'Home':
      return nextStop(lines, 0, 1)
    case 'End':
      return nextStop(lines, lines.length - 1, -1)
    default:
      return undefined
  }
}

function nextStop(lines: readonly Line[], start: number, step: 1 | -1): number | undefined {
  for (let at = start; at >= 0 && at < lines.length; at += step) {
    const line = lines[at]
    if (line && line.kind !== 'heading') return at
  }
  return undefined
}
