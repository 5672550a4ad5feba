// Measures the page in a real browser against the in-memory server, and prints a table and JSON.
//
//   npm run build && node bench/measure.mjs [--json FILE]
//
// Opening: a session of 5,000 messages, from its data to its end on screen. Streaming: 4,000 tokens at 200 a second on
// top of it; long tasks and scripting come from the browser's own counters. Nothing is asserted: machines differ.
import { writeFile } from 'node:fs/promises'
import { chromium } from '@playwright/test'
import { startFake } from './fake-server.mjs'

const TOKENS = Number(process.env.TOKENS ?? 4000)
const RATE = 200
const MESSAGES = 5000

const fake = await startFake({ messages: MESSAGES, tokens: TOKENS, tokensPerSecond: RATE })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run'],
})
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
const faults = []
page.on('pageerror', (error) => faults.push(error.message))
page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
page.on('request', (request) => {
  if (!request.url().startsWith(fake.url) && !request.url().startsWith('blob:'))
    faults.push(`off-origin ${request.url()}`)
})
await page.addInitScript(observe)

try {
  const opening = await open()
  const again = await open()
  const streaming = await stream()
  const scrolling = await scroll()
  const result = {
    messages: MESSAGES,
    tokens: TOKENS,
    tokensPerSecond: RATE,
    paintedAfterDataMs: { cold: opening.afterData, warm: again.afterData },
    readyMs: { cold: opening.ready, warm: again.ready },
    streaming,
    scrolling,
    faults,
  }
  const rows = [
    ['end painted after its data (cold / warm)', `${opening.afterData} / ${again.afterData} ms`],
    ['ready after navigation (cold / warm)', `${opening.ready} / ${again.ready} ms`],
    ['stream: scripting', `${streaming.scriptMs} ms`],
    ['stream: style and layout', `${streaming.layoutMs} ms`],
    ['stream: long tasks (count / worst)', `${streaming.longTasks} / ${streaming.longestMs} ms`],
    ['stream: frames p95 / worst', `${streaming.frameP95Ms} / ${streaming.frameWorstMs} ms`],
    ['stream: pixels from the end', String(streaming.fromEndPx)],
    ['scroll up: frames p95 / worst', `${scrolling.frameP95Ms} / ${scrolling.frameWorstMs} ms`],
    ['heap', `${streaming.heapMb} MB`],
    ['faults', faults.length === 0 ? 'none' : faults.join('; ')],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`)
  const at = process.argv.indexOf('--json')
  if (at > 0 && process.argv[at + 1])
    await writeFile(process.argv[at + 1], `${JSON.stringify(result, null, 2)}\n`)
} finally {
  await browser.close()
  fake.stop()
}

async function open() {
  await page.goto('about:blank')
  await page.goto(`${fake.url}/s/${fake.session}#code=bench`)
  const painted = await page.waitForFunction(() => globalThis.bench.painted())
  return painted.jsonValue()
}

async function stream() {
  const client = await page.context().newCDPSession(page)
  await client.send('Performance.enable')
  const figures = async () =>
    Object.fromEntries(
      (await client.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]),
    )
  await page.waitForTimeout(1500)
  await page.evaluate(() => globalThis.bench.begin())
  const before = await figures()
  const field = page.getByRole('textbox').last()
  await field.fill('Go on.')
  await field.press('Enter')
  await page.waitForFunction(() => document.querySelector('.row[data-last]')?.dataset.status === 'streaming')
  await page.waitForFunction(
    () => document.querySelector('.row[data-last]')?.dataset.status === 'done',
    undefined,
    {
      timeout: (TOKENS / RATE) * 1000 + 60_000,
    },
  )
  const after = await figures()
  const frames = await page.evaluate(() => globalThis.bench.end())
  return {
    scriptMs: Math.round((after.ScriptDuration - before.ScriptDuration) * 1000),
    layoutMs: Math.round(
      (after.LayoutDuration -
        before.LayoutDuration +
        after.RecalcStyleDuration -
        before.RecalcStyleDuration) *
        1000,
    ),
    heapMb: Math.round(after.JSHeapUsedSize / 1e6),
    ...frames,
  }
}

async function scroll() {
  await page.evaluate(() => globalThis.bench.begin())
  await page.evaluate(async () => {
    const scroller = document.querySelector('[role=log]')
    for (let frame = 0; frame < 300; frame++) {
      scroller.scrollTop -= 80
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
  return page.evaluate(() => globalThis.bench.end())
}

/** Runs in the page before its own scripts. */
function observe() {
  let dataAt
  const plain = globalThis.fetch
  globalThis.fetch = async (...request) => {
    const response = await plain(...request)
    if (/\/chat\?/.test(request[0].url ?? request[0]) && dataAt === undefined) {
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
  let paintedAt
  const look = () => {
    const scroller = document.querySelector('[role=log]')
    const there =
      scroller?.querySelector('.row[data-last] .md') &&
      scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 2
    if (there) requestAnimationFrame(() => setTimeout(() => (paintedAt = performance.now())))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)

  let tasks = []
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: 'longtask',
  })
  let times = []
  let recording = false
  const tick = (now) => {
    if (!recording) return
    times.push(now)
    requestAnimationFrame(tick)
  }
  const round = (value) => Math.round(value * 10) / 10
  globalThis.bench = {
    painted: () =>
      paintedAt !== undefined && { afterData: Math.round(paintedAt - dataAt), ready: Math.round(paintedAt) },
    begin() {
      tasks = []
      times = []
      recording = true
      requestAnimationFrame(tick)
    },
    end() {
      recording = false
      const frames = times
        .slice(1)
        .map((time, index) => time - times[index])
        .sort((a, b) => a - b)
      const scroller = document.querySelector('[role=log]')
      return {
        longTasks: tasks.length,
        longestMs: Math.round(Math.max(0, ...tasks)),
        frameP95Ms: round(frames[Math.floor(frames.length * 0.95)] ?? 0),
        frameWorstMs: round(frames.at(-1) ?? 0),
        fromEndPx: Math.round(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop),
      }
    },
  }
}
