// Changes that another tab or browser made to what has no events: settings, providers, personas and prompts.
//
// Always true: a tab of this browser that can be seen hears of a change at once; any other page asks again when it is
// looked at.

/** The page is told twice that it is looked at; once is asked. */
const TOGETHER_MS = 50

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('cowork.changed')
const reloads: (() => void)[] = []
let waiting = false

function askAgain(): void {
  if (waiting || document.visibilityState === 'hidden') return
  waiting = true
  setTimeout(() => {
    waiting = false
    for (const reload of reloads) reload()
  }, TOGETHER_MS)
}

/** Has `reload` called whenever something may have changed elsewhere. It asks only for what somebody asked for before. */
export function onElsewhere(reload: () => void): void {
  if (reloads.push(reload) > 1) return
  window.addEventListener('focus', askAgain)
  document.addEventListener('visibilitychange', askAgain)
  channel?.addEventListener('message', askAgain)
}

/** Tells the other tabs that something was changed here. */
export function tellElsewhere(): void {
  channel?.postMessage(null)
}
