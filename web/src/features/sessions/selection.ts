/** Which sessions are selected, and how clicks and keys change it. Pure. */

export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a range begins. */
  readonly anchor: string | undefined
}

export const NOTHING: Selection = { ids: new Set(), anchor: undefined }

/** Takes one in or out. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: id }
}

/** Takes in all from the anchor to `id`, in the order of `shown`; without an anchor this one alone. */
export function extended(selection: Selection, id: string, shown: readonly string[]): Selection {
  const from = selection.anchor === undefined ? -1 : shown.indexOf(selection.anchor)
  const to = shown.indexOf(id)
  if (from < 0 || to < 0) return { ids: new Set([...selection.ids, id]), anchor: id }
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { ids: new Set([...selection.ids, ...range]), anchor: selection.anchor }
}

/** Without what is not there any more. */
export function within(selection: Selection, there: ReadonlySet<string>): Selection {
  if ([...selection.ids].every((id) => there.has(id))) return selection
  return { ...selection, ids: new Set([...selection.ids].filter((id) => there.has(id))) }
}
