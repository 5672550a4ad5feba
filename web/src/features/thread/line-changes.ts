// What lines one text has and another has not. Pure.
//
// Always true: without the added lines it is the first text, without the removed ones the second. Long texts whose middle
// has nothing in common cost no more than a bounded table.

export interface LineChange {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Cells of the table at most; beyond, the middle counts as replaced. */
const CELLS_MAX = 1_000_000

/** The way from `before` to `after`, line by line. */
export function lineChanges(before: string, after: string): LineChange[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const same = (lines: readonly string[]) => lines.map((text): LineChange => ({ kind: 'same', text }))
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ]
}

/** By the longest common run of lines; where that is too much to compute, all of one for all of the other. */
function middle(a: readonly string[], b: readonly string[]): LineChange[] {
  const width = b.length + 1
  const bounded = (a.length + 1) * width <= CELLS_MAX
  const common = new Uint32Array(bounded ? (a.length + 1) * width : 0)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; bounded && i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const changes: LineChange[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (bounded && left !== undefined && left === right) {
      changes.push({ kind: 'same', text: left })
      i++
      j++
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      changes.push({ kind: 'removed', text: left })
      i++
    } else {
      changes.push({ kind: 'added', text: right ?? '' })
      j++
    }
  }
  return changes
}
