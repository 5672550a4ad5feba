/** What a paste brings: files, a text that is better kept as one, or plain words. Pure. */

/** Longer than this, a paste becomes a file. */
const MOST_CHARACTERS = 8_000
const MOST_LINES = 200

export function isLong(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return true
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1
    if (lines > MOST_LINES) return true
  }
  return false
}

/** Copied files, or a copied image; of a copied passage with a picture of it (as office programs make) the passage. */
export function filesOfPaste(data: DataTransfer): readonly File[] {
  const files = [...data.files]
  const hasText = data.types.includes('text/plain') && data.getData('text/plain') !== ''
  return hasText && files.every((file) => file.type.startsWith('image/')) ? [] : files
}
