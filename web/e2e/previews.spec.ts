/** What a message says can be looked at as what it describes, and can do nothing: with hostile content, and harmless. */
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { Frame, Locator } from '@playwright/test'
import { expectNoViolation } from './support/axe'
import type { Chat } from './support/chat'
import { expect, test } from './support/fixtures'
import type { Guard } from './support/guard'
import { type ScriptedProvider, say } from './support/scripted-provider'

test.use({ scripted: true })

const fence = (language: string, code: string) => `Here:\n\n\`\`\`${language}\n${code}\n\`\`\`\n\nDone.`

async function preview(
  chat: Chat,
  provider: ScriptedProvider,
  language: string,
  code: string,
): Promise<Locator> {
  provider.next(say(fence(language, code)))
  await chat.askAndWait('Show me', 'Done.')
  const answer = chat.answers.last()
  await expect(answer.locator('iframe')).toHaveCount(0)
  await answer.getByRole('button', { name: 'Preview', exact: true }).click()
  return answer.locator('iframe')
}

async function frameOf(iframe: Locator): Promise<Frame> {
  const handle = await iframe.elementHandle()
  const frame = await handle?.contentFrame()
  if (!frame) throw new Error('no frame')
  await frame.waitForLoadState()
  return frame
}

/** Writes down whoever connects, and what is asked for: a preconnect sends no request that a browser would tell of. */
async function listener() {
  const heard: string[] = []
  const server = createTcpServer((socket) => {
    const at = heard.push('connected') - 1
    socket.on('data', (data) => {
      heard[at] = data.toString().split('\r\n')[0] ?? ''
      socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    stop: () => new Promise<void>((done) => server.close(() => done())),
  }
}

/** What the browser itself says when it stops a frame; every one is a thing that did not happen. */
function expectStopped(guard: Guard): void {
  guard.expectStopped(/Blocked script execution in|violates the following Content Security Policy directive/)
  guard.expectStopped(
    /Refused to execute the redirect|Blocked form submission|Blocked opening|Blocked autofocusing|Unsafe attempt to|Refused to connect/,
  )
  guard.expectStopped(
    /^securitypolicyviolation: (img|style|font|script|object|frame|media|default|connect|manifest)-src/,
  )
  guard.expectStopped(/^securitypolicyviolation: (script|style)-src-(elem|attr)/)
}

test('an HTML preview shows what is harmless and does nothing that is not', async ({
  chat,
  page,
  provider,
  guard,
  cowork,
}) => {
  expectStopped(guard)
  const outside = await listener()
  const evil = outside.origin
  const hostile = `<!doctype html>
<html><head>
<meta http-equiv="refresh" content="0;url=${evil}/refresh">
<link rel="preconnect" href="${evil}"><link rel="dns-prefetch" href="//evil.example">
<link rel="stylesheet" href="${evil}/style.css"><link rel="prefetch" href="${evil}/prefetch">
<style>b{color:rgb(1, 2, 3)} p{background:url(${evil}/bg.png)} @import url(${evil}/import.css);
@font-face{font-family:x;src:url(${evil}/font)} p{font-family:x}</style>
<base href="${evil}/">
</head><body onload="parent.postMessage('ran','*')">
<p>Harmless <b>bold</b></p>
<script>document.body.dataset.ran='yes';fetch('${evil}/fetch');top.location='${evil}/top';</script>
<img src="x" onerror="document.body.dataset.ran='yes'">
<img src="${evil}/beacon.png"><img srcset="${evil}/set.png 1x">
<video src="${evil}/v.mp4" poster="${evil}/poster.png" autoplay></video>
<object data="${evil}/object"></object><embed src="${evil}/embed"><iframe src="${evil}/frame"></iframe>
<iframe srcdoc="<script>parent.document.body.dataset.ran='yes'</script>"></iframe>
<form action="${evil}/form" id="f"><input name="a" value="b" autofocus><button>Send</button></form>
<a href="${evil}/top" target="_top">to the top</a> <a href="${evil}/plain" ping="${evil}/ping">plain</a>
<svg><image href="${evil}/svg.png"/><use href="${evil}/use.svg#a"/></svg>
</body></html>`
  const iframe = await preview(chat, provider, 'html', hostile)
  await expect(iframe).toHaveAttribute('sandbox', '')
  const frame = await frameOf(iframe)

  // What is harmless shows, which also says that the frame was read.
  await expect(frame.locator('b')).toHaveText('bold')
  await expect(frame.locator('b')).toHaveCSS('color', 'rgb(1, 2, 3)')
  await frame.getByRole('button', { name: 'Send' }).click()
  await frame.getByText('to the top').click()
  await frame.getByText('plain', { exact: true }).click()
  await expect(frame.locator('b')).toHaveText('bold')

  expect(page.url()).toContain('/s/')
  expect(page.context().pages()).toHaveLength(1)
  await expect(frame.locator('body')).not.toHaveAttribute('data-ran')
  expect(outside.heard).toEqual([])
  await outside.stop()

  // The ticket is used up.
  const address = new URL((await iframe.getAttribute('src')) ?? '', cowork.url)
  expect((await fetch(address)).status).toBe(404)
  expect((await fetch(new URL('/frame/0123456789abcdef0123456789abcdef', cowork.url))).status).toBe(404)
})

test('the same content does reach out where nothing stops it', async ({ browser }) => {
  // Without this the test above could pass because its content is harmless.
  const outside = await listener()
  const evil = outside.origin
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<img src="${evil}/x"><script>document.body.dataset.ran='yes'</script>`)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await expect(page.locator('body')).toHaveAttribute('data-ran', 'yes')
  await expect.poll(() => outside.heard).toContain('GET /x HTTP/1.1')
  await page.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await outside.stop()
})

test('an SVG preview is a picture', async ({ chat, provider, guard }) => {
  expectStopped(guard)
  const outside = await listener()
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60" onload="top.x=1">
<rect width="120" height="60" fill="teal"/><script>fetch('${outside.origin}/')</script>
<image href="${outside.origin}/a.png" width="9" height="9"/>
<a href="${outside.origin}/" target="_top"><text y="20">é "quoted" &amp; 'single' # 100%</text></a>
</svg>`
  const frame = await frameOf(await preview(chat, provider, 'svg', svg))
  const size = () =>
    frame.locator('img').evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])
  await expect.poll(size).toEqual([120, 60])
  expect(outside.heard).toEqual([])
  await outside.stop()
})

test('a diagram is drawn, in both themes, and a wrong one says why', async ({ chat, page, provider }) => {
  const iframe = await preview(chat, provider, 'mermaid', 'graph TD\n  A[Start] --> B[The end]')
  await expect(iframe).toHaveAttribute('sandbox', 'allow-scripts')
  const frame = await frameOf(iframe)
  await expect(frame.locator('svg')).toContainText('The end')
  await expect.poll(async () => (await iframe.boundingBox())?.height ?? 0).toBeGreaterThan(100)
  await expectNoViolation(page, 'a diagram')
  const light = await frame.locator('svg').innerHTML()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => frame.locator('svg').innerHTML()).not.toBe(light)

  provider.next(say(fence('mermaid', 'graph TD\n  A[Start --> ]]')))
  await chat.askAndWait('And a wrong one', 'Done.')
  const answer = chat.answers.last()
  await answer.getByRole('button', { name: 'Preview', exact: true }).click()
  await expect(answer.getByRole('alert')).toContainText('could not be drawn')
  await expect(answer.getByRole('region', { name: 'Code, Mermaid' })).toContainText('A[Start --> ]]')
})

test('a diagram runs nothing of its source', async ({ chat, page, provider, guard }) => {
  expectStopped(guard)
  const outside = await listener()
  const evil = outside.origin
  const source = `%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "*{background:url(${evil}/css)}"}}%%
graph TD
  A["<img src=x onerror=document.body.dataset.ran='yes'><img src='${evil}/label.png'>"] --> B["<script>document.body.dataset.ran='yes'</script>end"]
  click A href "${evil}/click" _top
  click B call alert()`
  const iframe = await preview(chat, provider, 'mermaid', source)
  const frame = await frameOf(iframe)
  const alert = chat.answers.last().getByRole('alert')
  await expect
    .poll(async () => (await frame.locator('svg').count()) + (await alert.count()))
    .toBeGreaterThan(0)
  await expect(frame.locator('body')).not.toHaveAttribute('data-ran')
  // Nor can the frame itself reach anything: neither the network nor the page around it.
  const tried = await frame.evaluate(async (address) => {
    const fails = async (act: () => unknown) => {
      try {
        await act()
        return 'worked'
      } catch {
        return 'stopped'
      }
    }
    return [
      await fails(() => fetch(address)),
      await fails(() => parent.document.body),
      await fails(() => localStorage.length),
      await fails(() => {
        if (document.cookie === '') throw new Error('none')
      }),
    ]
  }, `${evil}/fetch`)
  expect(tried).toEqual(['stopped', 'stopped', 'stopped', 'stopped'])
  expect(page.url()).toContain('/s/')
  expect(outside.heard).toEqual([])
  await outside.stop()
})
