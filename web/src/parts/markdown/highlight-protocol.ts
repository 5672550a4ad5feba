// What the page and the colouring worker say to each other.

/** Pieces of one line: its text, and the name of its colour (empty: the ink of code). */
export type ColouredLine = readonly (readonly [text: string, colour: string])[]

/** Whole lines to colour after those that were sent before under the same `session`; `from` 0 begins anew. */
export interface ColourRequest {
  kind: 'lines'
  session: number
  grammar: string
  from: number
  lines: readonly string[]
}

/** The session's fence is gone. */
export interface ColourEnd {
  kind: 'end'
  session: number
}

export interface ColourAnswer {
  session: number
  from: number
  lines: readonly ColouredLine[]
}
