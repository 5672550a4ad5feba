import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stick } from './stick'

/** A scroller with a made-up layout; moving it tells its listeners, as a browser does. */
class Layout {
  readonly scroller = document.createElement('div')
  height = 2_000
  viewport = 500
  private top = 0
  private resized: () => void = () => {}

  constructor() {
    Object.defineProperties(this.scroller, {
      scrollHeight: { get: () => this.height },
      clientHeight: { get: () => this.viewport },
      scrollTop: {
        get: () => this.top,
        set: (top: number) => this.move(top),
      },
    })
    const layout = this
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(callback: () => void) {
          layout.resized = callback
        }
        observe(): void {}
        disconnect(): void {}
      },
    )
  }

  move(top: number): void {
    this.top = Math.max(0, Math.min(top, this.height - this.viewport))
    this.scroller.dispatchEvent(new Event('scroll'))
  }

  grow(by: number): void {
    this.height += by
    this.move(this.top)
    this.resized()
  }

  resizeViewport(to: number): void {
    this.viewport = to
    this.move(this.top)
    this.resized()
  }

  get fromEnd(): number {
    return this.height - this.viewport - this.top
  }
}

let layout: Layout
let away: boolean

beforeEach(() => {
  layout = new Layout()
  away = false
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const attach = () => {
  const made = stick(layout.scroller, document.createElement('div'), (now) => {
    away = now
  })
  made.toEnd()
  return made
}

test('the end is followed while content grows, also by much at once', () => {
  attach()
  for (const by of [20, 700, 3]) {
    layout.grow(by)
    expect(layout.fromEnd).toBe(0)
  }
})

test('a small move up lets go, and growth does not pull back', () => {
  attach()
  layout.move(layout.scroller.scrollTop - 4)
  layout.grow(600)
  expect(layout.fromEnd).toBe(604)
  expect(away).toBe(true)
})

test('moving down to near the end takes hold again', () => {
  attach()
  layout.move(layout.scroller.scrollTop - 300)
  layout.move(layout.scroller.scrollTop + 295)
  layout.grow(100)
  expect(layout.fromEnd).toBe(0)
  expect(away).toBe(false)
})

test('content or a viewport that changes size does not let go', () => {
  attach()
  layout.grow(-400)
  layout.grow(50)
  expect(layout.fromEnd).toBe(0)
  layout.resizeViewport(300)
  expect(layout.fromEnd).toBe(0)
  layout.resizeViewport(600)
  layout.grow(80)
  expect(layout.fromEnd).toBe(0)
})

test('content that is measured smaller than it was taken for does not let go', () => {
  attach()
  layout.height -= 400
  layout.move(layout.scroller.scrollTop - 500)
  layout.grow(50)
  expect(layout.fromEnd).toBe(0)
})

test('it lets go and takes hold on request', () => {
  const made = attach()
  made.letGo()
  layout.grow(900)
  expect([layout.fromEnd, away]).toEqual([900, true])
  made.toEnd()
  expect([layout.fromEnd, away]).toEqual([0, false])
})
