/**
 * The start code in what a person pasted: a whole link, its fragment, or the bare code. `undefined`: none.
 */
export function codeIn(text: string): string | undefined {
  const pasted = text.trim()
  const fragment = /[#&?]code=([^&#\s]+)/.exec(pasted)?.[1] ?? /^code=([^&#\s]+)$/.exec(pasted)?.[1]
  if (fragment) return decoded(fragment)
  return /^[\w.~-]+$/.test(pasted) ? pasted : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
