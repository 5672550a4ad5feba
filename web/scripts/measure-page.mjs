// What a long conversation costs the page: `npm run measure`, with a release binary built.
//
// Prints how long after its data the end of a 5,000-message session is painted (five times), and what 4,000 tokens at
// 200/s take while it is open: scripting time, long tasks, heap. A real browser, the real binary, a provider that sends
// on the clock. Figures are for reading, never for a test. CHROMIUM and COWORK_BIN choose browser and binary.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'

const MESSAGES = 5_000
const TOKENS = 4_000
const PER_SECOND = 200
const TOKEN = 'a-token-for-measuring-alone-0123456'

/** A provider that answers with `TOKENS` words, `PER_SECOND` of them. */
function provider() {
  return http.createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify({ data: [{ id: 'm' }] }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const begun = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      const due = Math.min(TOKENS, Math.floor(((performance.now() - begun) / 1_000) * PER_SECOND))
      for (; sent < due; sent += 1) {
        const content = sent % 40 === 39 ? 'word.\n\n' : 'word '
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`)
      }
      if (sent < TOKENS) return
      clearInterval(timer)
      response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
    }, 5)
  })
}

/** The messages of a long conversation, as an export holds them. */
function conversation(sessionId) {
  return Array.from({ length: MESSAGES }, (_, number) => {
    const id = (of) => `01a20d49-0000-7000-8000-${String(of).padStart(12, '0')}`
    const at = 1_700_000_000_000 + number
    const answer = `Answer **${number}**\n\n- one\n- two \`code\`\n\n${'word '.repeat(60)}`
    return {
      id: id(number),
      sessionId,
      role: number % 2 ? 'assistant' : 'user',
      content: number % 2 ? answer : `Question ${number}`,
      createdAt: at,
      updatedAt: at,
      status: 'done',
      revision: 1,
      ...(number > 0 ? { parentId: id(number - 1) } : {}),
    }
  })
}

const folder = mkdtempSync(join(tmpdir(), 'cowork-measure-'))
const model = provider().listen(0, '127.0.0.1')
await new Promise((ready) => model.on('listening', ready))
const server = spawn(
  process.env.COWORK_BIN ?? '../target/release/cowork',
  ['serve', '--port', '0', '--data-dir', join(folder, 'data'), '--no-open'],
  {
    env: {
      ...process.env,
      COWORK_TOKEN: TOKEN,
      COWORK_DISCOVERY: '0',
      OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`,
      XDG_CONFIG_HOME: folder,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  },
)
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
  ],
})
try {
  let printed = ''
  await new Promise((ready) => {
    server.stdout.on('data', (more) => {
      printed += more
      if (/sign in at \S+\n/.test(printed)) ready()
    })
  })
  const link = printed.match(/sign in at (\S+)/)[1]
  const base = link.split('/#')[0]
  const call = async (method, path, body) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })
    return answer.json()
  }
  const empty = await call('POST', '/api/sessions', {})
  const file = await call('GET', `/api/sessions/${empty.id}/export?format=json`)
  file.messages = conversation(empty.id)
  file.session.messageCount = MESSAGES
  file.session.activeLeafId = file.messages.at(-1).id
  const session = await call('POST', '/api/sessions/import', file)

  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(link)
  await page.getByRole('textbox').last().waitFor()
  await page.addInitScript(
    (last) => {
      const seen = {}
      window.measured = seen
      const plain = window.fetch
      window.fetch = async (...request) => {
        const answer = await plain(...request)
        if (String(request[0]?.url ?? request[0]).includes('/chat')) {
          const copy = answer.clone()
          copy.text().then(() => {
            seen.data ??= performance.now()
          })
        }
        return answer
      }
      new MutationObserver(() => {
        if (seen.shown || !document.body?.textContent?.includes(last)) return
        seen.shown = true
        requestAnimationFrame(() =>
          setTimeout(() => {
            seen.paint = performance.now()
          }),
        )
      }).observe(document, { subtree: true, childList: true })
    },
    `Answer ${MESSAGES - 1}`,
  )
  const paints = []
  for (let run = 0; run < 5; run += 1) {
    await page.goto(`${base}/settings/providers`)
    await page.goto(`${base}/s/${session.id}`)
    await page.waitForFunction(() => window.measured?.paint)
    paints.push(await page.evaluate(() => Math.round(window.measured.paint - window.measured.data)))
  }
  console.log(`the end of ${MESSAGES} messages painted after its data, ms: ${paints.join(' ')}`)

  await page.evaluate(() => {
    window.longTasks = []
    const keep = (list) => window.longTasks.push(...list.getEntries().map((one) => Math.round(one.duration)))
    new PerformanceObserver(keep).observe({ type: 'longtask' })
  })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const figures = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
  const before = await figures()
  await page.getByRole('textbox').last().fill('go')
  await page.keyboard.press('Enter')
  const wanted = (messages) => messages.at(-1).status === 'done' && messages.length > 1
  for (;;) {
    const { messages } = await call('GET', `/api/sessions/${session.id}/chat?limit=2`)
    if (wanted(messages) && messages.at(-1).content.length > TOKENS) break
    await page.waitForTimeout(500)
  }
  const after = await figures()
  const long = await page.evaluate(() => window.longTasks)
  console.log(
    `${TOKENS} tokens at ${PER_SECOND}/s: scripting ${(after.ScriptDuration - before.ScriptDuration).toFixed(2)} s`,
  )
  console.log(`long tasks: ${long.length}${long.length ? ` (${long.join(', ')} ms)` : ''}`)
  console.log(`heap: ${(after.JSHeapUsedSize / 1e6).toFixed(1)} MB`)
} finally {
  await browser.close()
  server.kill()
  model.close()
  rmSync(folder, { recursive: true, force: true })
}
