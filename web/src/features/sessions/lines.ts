/**
 * The list as one column of lines: a heading before each group, then its sessions. Pure.
 */
import type { Session, SessionGroup } from '../../state'

export type Line =
  | { kind: 'heading'; key: SessionGroup['key'] }
  | { kind: 'session'; key: string; session: Session }

export function linesOf(groups: readonly SessionGroup[]): Line[] {
  return groups.flatMap((group) => [
    { kind: 'heading' as const, key: group.key },
    ...group.items.map((session) => ({ kind: 'session' as const, key: session.id, session })),
  ])
}

/** Where a key takes the focus from line `from`; `undefined`: the key moves nothing. */
export function moved(lines: readonly Line[], from: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return nextSession(lines, from + 1, 1)
    case 'ArrowUp':
      return nextSession(lines, from - 1, -1)
    case 'Home':
      return nextSession(lines, 0, 1)
    case 'End':
      return nextSession(lines, lines.length - 1, -1)
    default:
      return undefined
  }
}

function nextSession(lines: readonly Line[], start: number, step: 1 | -1): number | undefined {
  for (let at = start; at >= 0 && at < lines.length; at += step) {
    if (lines[at]?.kind === 'session') return at
  }
  return undefined
}
