// Gathers what arrives between two frames, so that the page changes at most once a frame.
//
// Always true: everything that was added is flushed once, in order; when frames run slow the interval between two
// flushes grows, up to `LONGEST_MS`, and shrinks again when they don't.

/** A frame at 60 Hz, with room for jitter. */
const GOOD_FRAME_MS = 24
const LONGEST_MS = 120
/** A page that paints nothing (a hidden tab) still flushes. */
const UNPAINTED_MS = 300

export class FrameBatch<T> {
  private items: T[] = []
  private frame: number | undefined
  private fallback: ReturnType<typeof setTimeout> | undefined
  private intervalMs = 0
  private flushedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly flush: (items: T[]) => void) {}

  add(item: T): void {
    this.items.push(item)
    if (this.frame === undefined) this.schedule()
  }

  /** Flushes now what there is. */
  flushNow(): void {
    const items = this.take()
    if (items.length > 0) this.flush(items)
  }

  /** Gives what there is to the caller instead. */
  take(): T[] {
    this.cancel()
    const items = this.items
    this.items = []
    return items
  }

  /** Forgets what there is. */
  clear(): void {
    this.take()
  }

  private schedule(): void {
    this.frame = requestAnimationFrame((now) => this.onFrame(now))
    this.fallback ??= setTimeout(() => this.flushNow(), UNPAINTED_MS)
  }

  private onFrame(now: number): void {
    this.frame = undefined
    if (now - this.flushedAt < this.intervalMs) {
      this.schedule()
      return
    }
    this.flushedAt = now
    this.flushNow()
    // The next frame comes when this one's work, rendering included, is done: late means it was too much.
    requestAnimationFrame((next) => {
      const slow = next - now > GOOD_FRAME_MS
      this.intervalMs = slow
        ? Math.min(LONGEST_MS, Math.max(16, this.intervalMs * 1.5))
        : this.intervalMs * 0.8
      if (this.intervalMs < 8) this.intervalMs = 0
    })
  }

  private cancel(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame)
    this.frame = undefined
    clearTimeout(this.fallback)
    this.fallback = undefined
  }
}
