// Measures the page in a real browser against a running server, and prints the figures as one line of JSON.
//
//   node bench/page.mjs '{"url":…,"token":…,"long":ID,"short":[ID…],"sessions":N}'
//
// Called by `cargo xtask bench`, which starts the server, fills it and names the targets of the figures; nothing is
// asserted here. What runs inside the page is in `observe.mjs`. CHROMIUM names the browser.
import { gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { observe } from './observe.mjs'

const task = JSON.parse(process.argv[2])
const OPENINGS = 5
const SWITCHES = 50
const KEYS = 60
const KEY_MS = 60

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-precise-memory-info',
  ],
})
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
const faults = []
page.on('pageerror', (error) => faults.push(error.message))
page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
await page.addInitScript(observe)
const devtools = await page.context().newCDPSession(page)
await devtools.send('Performance.enable')

try {
  const ends = await endsOf(task.short)
  const figures = {
    ...(await firstLoad()),
    ...(await opening()),
    ...(await streaming()),
    ...(await typing()),
    ...(await scrolling()),
    ...(await switching(ends)),
    ...(await listing()),
  }
  for (const fault of faults) console.error(`fault: ${fault}`)
  console.log(JSON.stringify({ figures: { ...figures, faults: faults.length } }))
} finally {
  await browser.close()
}

/** From the navigation, with nothing in the cache, to a composer to write in. */
async function firstLoad() {
  const { code } = await call('POST', '/api/auth/codes')
  await page.goto(`${task.url}/#code=${code}`)
  const first = await painted('textarea')
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(
        ({ initiatorType, name }) => initiatorType !== 'fetch' && new URL(name).pathname.endsWith('.js'),
      )
      .map(({ name }) => name),
  )
  await settled()
  let bytes = 0
  for (const script of scripts) {
    const body = await (await fetch(script)).arrayBuffer()
    bytes += gzipSync(new Uint8Array(body), { level: 9 }).length
  }
  return { first, script: bytes / 1000 }
}

/** The long session, from its data to its end on screen. */
async function opening() {
  const times = []
  for (let run = 0; run < OPENINGS; run += 1) {
    await page.goto('about:blank')
    await page.goto(`${task.url}/s/${task.long}`)
    const end = await painted('[role=log] [data-last]', true)
    times.push(end - (await page.evaluate(() => globalThis.bench.dataAt())))
  }
  return { paint: percentile(times, 0.5) }
}

/** An answer at the long session's end, with nothing else going on. */
async function streaming() {
  await settled()
  await page.evaluate(() => globalThis.bench.begin())
  const before = await scriptSeconds()
  await ask('Go on.')
  await answered()
  const { long, longest, frames } = await page.evaluate(() => globalThis.bench.end())
  return { scripting: (await scriptSeconds()) - before, long, longest, frames: percentile(frames, 0.95) }
}

/** Each key, from its event to the paint that shows it, while an answer comes in. */
async function typing() {
  await ask('And on.')
  await page.locator('[data-last][data-status=streaming]').waitFor()
  await page.evaluate(() => globalThis.bench.beginKeys())
  const text = 'what a person types meanwhile '.repeat(3).slice(0, KEYS)
  await page.locator('textarea').pressSequentially(text, { delay: KEY_MS })
  const keys = await page.evaluate(() => globalThis.bench.endKeys())
  if (keys.length < KEYS) throw new Error(`${keys.length} of ${KEYS} keys were seen`)
  await answered()
  await page.locator('textarea').fill('')
  return { typing: percentile(keys, 0.95) }
}

async function scrolling() {
  const frames = await page.evaluate(() => globalThis.bench.scroll('[role=log]', -80, 300))
  return { scroll: percentile(frames, 0.95) }
}

/** From session to session by a click: each at first, then to and fro. */
async function switching(ends) {
  const goTo = async (id) => {
    await page.evaluate(() => globalThis.bench.beginSwitch())
    await page.locator(`a[data-session="${id}"]`).click()
    return painted(`[role=log] [data-last][data-message="${ends.get(id)}"]`, true)
  }
  const first = []
  for (const id of task.short) first.push(await goTo(id))
  const heapBefore = await heap()
  const again = []
  for (let turn = 0; turn < SWITCHES; turn += 1) {
    again.push(await goTo(task.short[(turn * 2 + 1) % task.short.length]))
  }
  const heapAfter = await heap()
  return {
    'switch.first': Math.max(...first),
    switch: percentile([...first, ...again], 0.95),
    memory: heapAfter / heapBefore,
    heap: heapBefore / 1e6,
  }
}

/** Down the list of sessions, which is fetched as it is scrolled. */
async function listing() {
  const list = '.session-list'
  await page.locator(list).first().waitFor()
  const frames = await page.evaluate((list) => globalThis.bench.scroll(list, 80, 300), list)
  const end = await page.evaluate((list) => globalThis.bench.toEnd(list), list)
  return { 'list.scroll': percentile(frames, 0.95), 'list.end': end }
}

/** The last message of each session; they are pinned, to be found at the list's top. */
async function endsOf(ids) {
  const ends = new Map()
  for (const id of ids) {
    await call('PATCH', `/api/sessions/${id}`, { pinned: true })
    const { messages } = await call('GET', `/api/sessions/${id}/chat?limit=1`)
    ends.set(id, messages.at(-1).id)
  }
  return ends
}

/** When what `selector` names was painted, in ms since the navigation or the click; at the end of its scroller if so wanted. */
function painted(selector, atEnd = false) {
  return page.evaluate(([selector, atEnd]) => globalThis.bench.painted(selector, atEnd), [selector, atEnd])
}

/** What comes on its own after a load is done; the event stream stays open, so no idle network tells it. */
async function settled() {
  await page.waitForTimeout(1500)
}

async function ask(text) {
  await page.locator('textarea').fill(text)
  await page.locator('textarea').press('Enter')
  await page.locator('[data-last][data-status=streaming]').waitFor()
}

async function answered() {
  await page.locator('[data-last][data-status=done]').waitFor({ timeout: 90_000 })
}

async function scriptSeconds() {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ScriptDuration').value
}

async function heap() {
  await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value
}

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${task.token}`, 'content-type': 'application/json' }
  const answer = await fetch(task.url + path, { method, headers, body: body && JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
  return answer.json()
}

/** The smallest sample that at least `share` of all do not exceed. */
function percentile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
