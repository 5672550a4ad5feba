/** Names of folders and tags as they are typed. Pure. */

/** Characters that the server takes, and tags of one session. */
export const LONGEST = 100
export const MOST_TAGS = 50

/** One name without blanks around it and doubled within. */
export function tidy(typed: string): string {
  return typed.trim().replace(/\s+/g, ' ').slice(0, LONGEST).trim()
}

/** Tags after some were typed, parted by commas: each once, whatever its case. */
export function withTyped(tags: readonly string[], typed: string): string[] {
  const all = [...tags]
  for (const name of typed.split(',').map(tidy)) {
    const known = all.some((tag) => tag.toLowerCase() === name.toLowerCase())
    if (name && !known && all.length < MOST_TAGS) all.push(name)
  }
  return all
}

/** Known tags that go on from what is typed and are not there yet. */
export function suggestions(
  known: readonly { name: string; count: number }[],
  tags: readonly string[],
  typed: string,
  most = 8,
): string[] {
  const start = tidy(typed).toLowerCase()
  const fits = known.filter(({ name }) => !tags.includes(name) && name.toLowerCase().includes(start))
  return [...fits]
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
    .map(({ name }) => name)
}
