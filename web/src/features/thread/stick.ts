// Keeps the end of the thread in view while the reader is there, and lets go when they scroll up. No React here.
//
// Always true: only the reader's own move upwards unpins (the height did not shrink meanwhile); coming back to within
// `NEAR_PX` of the end by moving down pins again; content and viewport that grow or shrink are followed while pinned.

const NEAR_PX = 8
/** From here on the way back is worth a button. */
const AWAY_PX = 240

export interface Stick {
  /** To the end, and stay there. */
  toEnd(): void
  /** Stay where we are, whatever comes below. */
  letGo(): void
  stop(): void
}

export function stick(scroller: HTMLElement, content: HTMLElement, onAway: (away: boolean) => void): Stick {
  let pinned = true
  let away = false
  let lastTop = scroller.scrollTop
  let lastHeight = scroller.scrollHeight

  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop

  const tell = () => {
    const now = !pinned && distance() > AWAY_PX
    if (now === away) return
    away = now
    onAway(now)
  }

  const remember = () => {
    lastTop = scroller.scrollTop
    lastHeight = scroller.scrollHeight
  }

  const follow = () => {
    if (pinned && distance() > 0) scroller.scrollTop = scroller.scrollHeight
    if (pinned) remember()
    tell()
  }

  const onScroll = () => {
    const top = scroller.scrollTop
    const shrank = scroller.scrollHeight < lastHeight
    const near = distance() <= NEAR_PX
    if (top < lastTop && !shrank && !(near && pinned && distance() <= 0.5)) pinned = false
    else if (top > lastTop && near) pinned = true
    remember()
    tell()
  }

  // A shrinking viewport clamps `scrollTop` without the reader's doing; the observer's turn comes after that scroll event.
  const observer = new ResizeObserver(follow)
  observer.observe(content)
  observer.observe(scroller)
  scroller.addEventListener('scroll', onScroll, { passive: true })

  return {
    toEnd() {
      pinned = true
      follow()
    },
    letGo() {
      pinned = false
      tell()
    },
    stop() {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
    },
  }
}
