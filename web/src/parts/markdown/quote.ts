// A text as a Markdown block quote, and where it goes in a text that is being written.
//
// Always true: no character of the draft is lost; taking the marks off a quote gives the text back, without blank lines
// around it.

/** `text` with each of its lines quoted; empty when there is nothing to quote. */
export function quoted(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const isBlank = (line: string | undefined) => line !== undefined && line.trim() === ''
  while (isBlank(lines[0])) lines.shift()
  while (isBlank(lines.at(-1))) lines.pop()
  return lines.map((line) => (isBlank(line) ? '>' : `> ${line}`)).join('\n')
}

/** `draft` with a block of its own at `caret`, and where the caret stands then: on the line below it. */
export function withBlock(draft: string, caret: number, block: string): { text: string; caret: number } {
  const [before, after] = [draft.slice(0, caret), draft.slice(caret)]
  const head = before + (before === '' ? '' : missing(before.match(/\n*$/)?.[0].length ?? 0)) + block
  const tail = missing(after.match(/^\n*/)?.[0].length ?? 0) + after
  return { text: head + tail, caret: head.length + 2 }
}

/** What lacks to a blank line where so many line ends stand. */
function missing(ends: number): string {
  return '\n'.repeat(Math.max(0, 2 - ends))
}
