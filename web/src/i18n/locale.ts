/** The tag that numbers and times are written by now; set when the language is. */
let now: string | undefined

/** `undefined`: the browser's own. */
export function locale(): string | undefined {
  return now
}

export function setLocale(tag: string): void {
  now = tag
}
