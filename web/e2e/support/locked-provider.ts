/**
 * An OpenAI-compatible service that lets only those in who bring its key.
 *
 * Always true: it records which paths it was asked for, so that a test can show that it was asked for none.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const GOOD_KEY = 'good-key-1234567890abcd'

export class LockedProvider {
  readonly asked: string[] = []
  readonly #server: Server

  static async start(models: readonly string[]): Promise<LockedProvider> {
    const provider = new LockedProvider(models)
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve))
    return provider
  }

  private constructor(models: readonly string[]) {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '')
      if (request.headers.authorization !== `Bearer ${GOOD_KEY}`) {
        response.writeHead(401, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: { code: 'invalid_api_key', message: 'Incorrect API key' } }))
      } else if (request.url?.endsWith('/models')) {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }))
      } else {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(chunk({ delta: { content: 'Here I am.' } }))
        response.end(`${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
      }
    })
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function chunk(choice: object): string {
  const body = { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] }
  return `data: ${JSON.stringify(body)}\n\n`
}
