// Server-Sent Events, from text pieces to frames. Pure; https://html.spec.whatwg.org/multipage/server-sent-events.html
//
// Always true: a frame is given once, when its blank line is there; pieces may be cut anywhere, also between CR and LF.

export interface SseFrame {
  /** The `event:` field; `message` when there is none. */
  event: string
  /** The last `id:` seen so far on this stream; empty when there was none. */
  id: string
  data: string
}

/** Characters one frame may have. A frame beyond it is no frame of ours. */
const FRAME_MAX = 16_000_000

export class SseTooLarge extends Error {}

export class SseParser {
  /** Milliseconds from the newest `retry:` field. */
  retryMs: number | undefined
  private rest = ''
  private event = ''
  private data: string[] = []
  private size = 0
  private lastId = ''
  private begun = false

  /** Takes the next piece of text and gives the frames it completes. */
  feed(piece: string): SseFrame[] {
    let text = this.rest + piece
    if (!this.begun && text.length > 0) {
      this.begun = true
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    }
    const frames: SseFrame[] = []
    let start = 0
    // What an earlier piece left has no line end, but for a carriage return at its end.
    const from = Math.max(0, this.rest.length - 1)
    let lf = place(text, '\n', from)
    let cr = place(text, '\r', from)
    for (;;) {
      const end = Math.min(lf, cr)
      // A return at the very end waits for the line feed that may follow it.
      if (end === Number.POSITIVE_INFINITY || (end === cr && end + 1 === text.length)) break
      const frame = this.line(text.slice(start, end))
      if (frame) frames.push(frame)
      start = end === cr && lf === end + 1 ? end + 2 : end + 1
      if (lf < start) lf = place(text, '\n', start)
      if (cr < start) cr = place(text, '\r', start)
    }
    this.rest = text.slice(start)
    if (this.rest.length + this.size > FRAME_MAX) throw new SseTooLarge()
    return frames
  }

  private line(line: string): SseFrame | undefined {
    if (line === '') return this.dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const field = colon < 0 ? line : line.slice(0, colon)
    let value = colon < 0 ? '' : line.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    switch (field) {
      case 'event':
        this.event = value
        break
      case 'data':
        this.data.push(value)
        this.size += value.length
        break
      case 'id':
        if (!value.includes('\0')) this.lastId = value
        break
      case 'retry':
        if (/^\d+$/.test(value)) this.retryMs = Number(value)
        break
    }
    return undefined
  }

  private dispatch(): SseFrame | undefined {
    const frame = { event: this.event || 'message', id: this.lastId, data: this.data.join('\n') }
    const empty = this.data.length === 0
    this.event = ''
    this.data = []
    this.size = 0
    return empty ? undefined : frame
  }
}

function place(text: string, letter: string, from: number): number {
  const at = text.indexOf(letter, from)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}
