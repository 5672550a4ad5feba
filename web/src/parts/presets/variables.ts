/**
 * Variables of a prompt: `{{name}}`, blanks around the name allowed. Pure.
 *
 * Always true: what a value says is put in as it is and never read again; braces around anything else are text.
 */

const VARIABLE = /\{\{[ \t]*([\p{L}\p{N}_-](?:[\p{L}\p{N}_ -]{0,38}[\p{L}\p{N}_-])?)[ \t]*\}\}/gu

/** The names in a text, each once, in order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1] ?? ''))]
}

/** The text with its variables filled in; one without a value stays as it is written. */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}
