/** How much a message may hold: bytes of UTF-8, as the server counts them. Pure. */

/** Bytes the server takes. */
export const MOST_BYTES = 1_000_000
/** From here on the room left is shown. */
const NEAR_BYTES = 900_000

export type Room =
  | { state: 'plenty' }
  | { state: 'near'; leftBytes: number }
  | { state: 'over'; overBytes: number }

export function roomFor(text: string): Room {
  // A UTF-16 unit is at most three bytes: most texts need no counting.
  if (text.length * 3 < NEAR_BYTES) return { state: 'plenty' }
  const bytes = new TextEncoder().encode(text).length
  if (bytes > MOST_BYTES) return { state: 'over', overBytes: bytes - MOST_BYTES }
  if (bytes >= NEAR_BYTES) return { state: 'near', leftBytes: MOST_BYTES - bytes }
  return { state: 'plenty' }
}

/** `1 byte`-exact below a kilobyte, rounded above. */
export function sizeText(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : `${Math.round(bytes / 1_000)} kB`
}
