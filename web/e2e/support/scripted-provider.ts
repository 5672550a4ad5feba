/**
 * A model service that does what the test says: an OpenAI-compatible server on a port of its own.
 *
 * Always true: it records what it was asked and when the client hung up; a request without a script gets a short
 * answer; nothing waits on the clock, only on the test (`hold`, then `release`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** One thing the service does in the course of an answer. */
export type Step =
  | { do: 'say'; text: string }
  | { do: 'hold'; gate: string }
  | { do: 'cut' }
  | { do: 'refuse'; status: number; message: string; headers: Record<string, string> }

/** Sends text, cut into pieces as models send it. */
export const say = (text: string): Step => ({ do: 'say', text })
/** Waits until the test releases the gate. */
export const hold = (gate: string): Step => ({ do: 'hold', gate })
/** Drops the connection without an end. */
export const cut = (): Step => ({ do: 'cut' })
/** Answers with an error instead of a stream; only as the first step. */
export const refuse = (status: number, message: string, headers: Record<string, string> = {}): Step => ({
  do: 'refuse',
  status,
  message,
  headers,
})

export interface AskedFor {
  model: string
  messages: readonly { role: string; content: string }[]
  /** Whether the client closed the connection before the answer had ended. */
  hungUp: boolean
}

export class ScriptedProvider {
  readonly asked: AskedFor[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #scripts: Step[][] = []
  readonly #open = new Set<string>()
  readonly #waiting = new Map<string, (() => void)[]>()

  static async start(models: readonly string[] = ['scripted-1']): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider(models)
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve))
    return provider
  }

  private constructor(models: readonly string[]) {
    this.#server = createServer((request, response) => {
      if (request.url?.endsWith('/models')) {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }))
        return
      }
      void this.#answer(request, response)
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** For the configuration's `base_url`. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  /** What the next request without a script gets. */
  next(...steps: Step[]): void {
    this.#scripts.push(steps)
  }

  /** Lets everything that waits at the gate go on, now and later. */
  release(gate: string): void {
    this.#open.add(gate)
    for (const go of this.#waiting.get(gate) ?? []) go()
    this.#waiting.delete(gate)
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await read(request)) as Pick<AskedFor, 'model' | 'messages'>
    const asked: AskedFor = { model: body.model, messages: body.messages, hungUp: false }
    this.asked.push(asked)
    response.on('close', () => {
      asked.hungUp = !response.writableFinished
    })
    const steps = this.#scripts.shift() ?? [say('Understood.')]
    const first = steps[0]
    if (first?.do === 'refuse') {
      response.writeHead(first.status, { 'content-type': 'application/json', ...first.headers })
      response.end(JSON.stringify({ error: { message: first.message } }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const step of steps) {
      if (response.destroyed) return
      if (step.do === 'cut') {
        response.destroy()
        return
      }
      if (step.do === 'hold') await this.#passed(step.gate, response)
      if (step.do === 'say')
        for (const piece of pieces(step.text)) send(response, body.model, { delta: { content: piece } })
    }
    send(response, body.model, { delta: {}, finish_reason: 'stop' })
    response.end('data: [DONE]\n\n')
  }

  #passed(gate: string, response: ServerResponse): Promise<void> {
    if (this.#open.has(gate)) return Promise.resolve()
    return new Promise((resolve) => {
      response.once('close', resolve)
      this.#waiting.set(gate, [...(this.#waiting.get(gate) ?? []), resolve])
    })
  }
}

function send(response: ServerResponse, model: string, choice: object): void {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model }
  response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, ...choice }] })}\n\n`)
}

/** A word at a time, its blank with it. */
function pieces(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
