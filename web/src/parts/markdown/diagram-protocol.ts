// What the page and a drawing frame say to each other.

/** Draws a diagram in place of the one before. */
export interface DrawRequest {
  kind: 'draw'
  source: string
  dark: boolean
}

export type DrawAnswer =
  /** It listens. */
  | { kind: 'ready' }
  /** `height`: pixels that the drawing takes. */
  | { kind: 'drawn'; height: number }
  /** `reason`: Mermaid's own words. */
  | { kind: 'failed'; reason: string }

/** What a frame said, if it is an answer. Its text is as little trusted as the diagram's source. */
export function drawAnswer(data: unknown): DrawAnswer | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { kind, height, reason } = data as Record<string, unknown>
  if (kind === 'ready') return { kind }
  if (kind === 'drawn' && typeof height === 'number' && height >= 0) return { kind, height }
  if (kind === 'failed' && typeof reason === 'string') return { kind, reason }
  return undefined
}
