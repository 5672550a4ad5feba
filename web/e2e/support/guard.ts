/**
 * What no test may cause, watched on every page of it: a violation of the content security policy, an error on the
 * console, an uncaught one, a request to another origin.
 */
import type { BrowserContext, ConsoleMessage, Page, Request } from '@playwright/test'

const CSP_MARK = 'securitypolicyviolation:'
/** Chromium's own word for a request that found no server. Only outages the test causes may bring it. */
const OUTAGE =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|ABORTED)/

/** Why a request was not sent: the document's policy, or its isolated origin. */
const BLOCKED = new Set(['csp', 'origin'])

export class Guard {
  readonly faults: string[] = []
  #outage = false
  readonly #refusals: RegExp[] = []
  readonly #stopped: RegExp[] = []
  #blocking = false

  static async on(context: BrowserContext, origin: () => string): Promise<Guard> {
    const guard = new Guard()
    await context.addInitScript((mark) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        // biome-ignore lint/suspicious/noConsole: the console is what the guard listens to
        console.error(
          `${mark} ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
        )
      })
    }, CSP_MARK)
    context.on('console', (message) => guard.#heard(message))
    context.on('weberror', (error) => guard.faults.push(`uncaught: ${error.error().stack}`))
    context.on('request', (request) => {
      const url = new URL(request.url())
      if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.origin !== origin()) {
        guard.faults.push(offOrigin(request))
      }
    })
    context.on('requestfailed', (request) => {
      // The browser tells of a request before its policy stops it; then nothing was sent.
      if (!guard.#blocking || !BLOCKED.has(request.failure()?.errorText ?? '')) return
      const at = guard.faults.indexOf(offOrigin(request))
      if (at >= 0) guard.faults.splice(at, 1)
    })
    return guard
  }

  /** From now on the server may be away. */
  expectOutage(): void {
    this.#outage = true
  }

  /** From now on a response may be refused like this, e.g. `/\/api\/auth\/exchange/`. */
  expectRefusal(address: RegExp): void {
    this.#refusals.push(address)
  }

  /** From now on the browser may stop something, and say so in words like these. What it lets out stays forbidden. */
  expectStopped(words: RegExp): void {
    this.#blocking = true
    this.#stopped.push(words)
  }

  #heard(message: ConsoleMessage): void {
    if (message.type() !== 'error') return
    const text = message.text()
    if (this.#stopped.some((words) => words.test(text))) return
    if (this.#outage && OUTAGE.test(text)) return
    if (
      /status of 4\d\d/.test(text) &&
      this.#refusals.some((address) => address.test(message.location().url))
    )
      return
    this.faults.push(`console: ${text} (${message.location().url})`)
  }
}

function offOrigin(request: Request): string {
  return `request off the origin: ${request.url()}`
}

/** Headless pages are always visible: this makes one believe that it is hidden, or shown again. */
export async function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((wanted) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => wanted })
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => wanted === 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}
