/**
 * What runs in the page before its own scripts: it notes when things were painted, how long frames took and which tasks
 * were long. It changes nothing that the page can notice but `fetch`, which tells when a conversation's data was there.
 */
export function observe() {
  let dataAt
  const plain = globalThis.fetch
  globalThis.fetch = async (...request) => {
    const response = await plain(...request)
    if (/\/chat\?/.test(request[0].url ?? request[0])) {
      for (const name of ['json', 'text']) {
        const read = response[name].bind(response)
        response[name] = async () => {
          const value = await read()
          dataAt ??= performance.now()
          return value
        }
      }
    }
    return response
  }

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  /** Resolves once what stands in the document now is on screen. */
  const paint = async () => {
    await frame()
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = resolve
      port2.postMessage(undefined)
    })
    return performance.now()
  }

  const isThere = (selector, atEnd) => {
    const found = document.querySelector(selector)
    if (!found || !atEnd) return Boolean(found)
    const scroller = found.closest('[role=log]')
    return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 2
  }

  let since = 0
  let tasks = []
  const keep = (list) => tasks.push(...list.getEntries().map(({ duration }) => duration))
  new PerformanceObserver(keep).observe({ type: 'longtask' })

  let recording = false
  let frames = []
  const record = async () => {
    for (let last = await frame(); recording; ) {
      const now = await frame()
      frames.push(now - last)
      last = now
    }
  }

  let keys = []
  const onKey = ({ timeStamp }) => paint().then((now) => keys.push(now - timeStamp))

  globalThis.bench = {
    dataAt: () => dataAt,
    async painted(selector, atEnd) {
      while (!isThere(selector, atEnd)) await frame()
      return (await paint()) - since
    },
    begin() {
      tasks = []
      frames = []
      recording = true
      record()
    },
    end() {
      recording = false
      return { long: tasks.length, longest: Math.max(0, ...tasks), frames }
    },
    beginKeys() {
      keys = []
      addEventListener('keydown', onKey, true)
    },
    async endKeys() {
      await paint()
      removeEventListener('keydown', onKey, true)
      return keys
    },
    beginSwitch() {
      addEventListener('click', ({ timeStamp }) => (since = timeStamp), { capture: true, once: true })
    },
    async scroll(selector, by, steps) {
      const scroller = document.querySelector(selector)
      const times = []
      for (let last = await frame(), step = 0; step < steps; step += 1) {
        scroller.scrollTop += by
        const now = await frame()
        times.push(now - last)
        last = now
      }
      return times
    },
    async toEnd(selector) {
      const scroller = document.querySelector(selector)
      const began = performance.now()
      for (let still = 0; still < 30; await frame()) {
        const height = scroller.scrollHeight
        scroller.scrollTop = height
        await frame()
        still = scroller.scrollHeight === height ? still + 1 : 0
      }
      return performance.now() - began
    },
  }
}
