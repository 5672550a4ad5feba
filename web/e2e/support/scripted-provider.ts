/**
 * A model service that does what the test says, on any of the wires: a server on a port of its own.
 *
 * Always true: it records what it was asked and when the client hung up; a request without a script gets a short
 * answer; nothing waits on the clock, only on the test (`hold`, then `release`). Elsewhere: how a wire writes what is
 * said here (`wires`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Count, type Kind, type Question, type Trouble, WIRES, type Wire } from './wires'

/** One thing the service does in the course of an answer. */
export type Step =
  | { do: 'think' | 'say'; text: string }
  | { do: 'hold'; gate: string }
  | { do: 'cut' }
  | { do: 'refuse'; trouble: Trouble; seconds: number }

/** Sends reasoning, cut into pieces as models send it. */
export const think = (text: string): Step => ({ do: 'think', text })
/** Sends text, cut into pieces as models send it. */
export const say = (text: string): Step => ({ do: 'say', text })
/** Waits until the test releases the gate. */
export const hold = (gate: string): Step => ({ do: 'hold', gate })
/** Drops the connection without an end. */
export const cut = (): Step => ({ do: 'cut' })
/** Answers with an error in the wire's own form; only as the first step. `seconds`: how long it asks to wait. */
export const refuse = (trouble: Trouble, seconds = 0): Step => ({ do: 'refuse', trouble, seconds })

/** A key as it may be, for a service that wants one. */
export const GOOD_KEY = 'good-key-1234567890abcd'

/** The tokens of every answer. */
export const COUNT: Count = { input: 13, output: 7, reasoning: 3 }

export interface AskedFor extends Question {
  /** All of it, in the wire's own form. */
  body: Record<string, unknown>
  /** Whether the client closed the connection before the answer had ended. */
  hungUp: boolean
}

export interface Options {
  models?: readonly string[]
  kind?: Kind
  /** It lets only those in who bring this key. */
  key?: string | undefined
  /** Tokens that its models can hold, where its wire can tell. 0: it does not tell. */
  window?: number
}

export class ScriptedProvider {
  readonly kind: Kind
  readonly models: readonly string[]
  /** Only who brings it is let in; as with a real service, it may change. */
  key: string | undefined
  /** The questions to a model. */
  readonly asked: AskedFor[] = []
  /** Every request, e.g. `/v1/models`. */
  readonly paths: string[] = []
  readonly #wire: Wire
  readonly #window: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #scripts: Step[][] = []
  readonly #open = new Set<string>()
  readonly #waiting = new Map<string, (() => void)[]>()

  static async start(options: Options = {}): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider(options)
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve))
    return provider
  }

  private constructor({ models = ['scripted-1'], kind = 'openai-compatible', key, window = 0 }: Options) {
    this.#window = window
    this.kind = kind
    this.models = models
    this.#wire = WIRES[kind]
    this.key = key
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** For the configuration's `base_url`, or the form's address. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#wire.base}`
  }

  /** What the next question without a script gets. */
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://scripted')
    this.paths.push(pathname)
    const { headers } = request
    const text = await read(request)
    if (this.key !== undefined && this.#wire.keyOf(headers) !== this.key) {
      this.#refuse(response, 'key', 0)
      return
    }
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    const call = { path: pathname.slice(this.#wire.base.length), headers, body }
    const question = this.#wire.question(call)
    if (question) {
      await this.#answer({ ...question, body }, response)
      return
    }
    const listing = this.#wire.listing(call, this.models, this.#window)
    sendJson(response, listing ? 200 : 404, listing ?? { error: `nothing at ${pathname}` })
  }

  async #answer(
    { model, messages, body }: Omit<AskedFor, 'hungUp'>,
    response: ServerResponse,
  ): Promise<void> {
    const asked: AskedFor = { model, messages, body, hungUp: false }
    this.asked.push(asked)
    response.on('close', () => {
      asked.hungUp = !response.writableFinished
    })
    const steps = this.#scripts.shift() ?? [say('Understood.')]
    const [first] = steps
    if (first?.do === 'refuse') {
      this.#refuse(response, first.trouble, first.seconds)
      return
    }
    const writer = this.#wire.writer(model)
    response.writeHead(200, { 'content-type': this.#wire.contentType })
    response.write(writer.begin())
    response.flushHeaders()
    for (const step of steps) {
      if (response.destroyed) return
      if (step.do === 'cut') {
        response.destroy()
        return
      }
      if (step.do === 'hold') await this.#passed(step.gate, response)
      if (step.do === 'think') for (const piece of pieces(step.text)) response.write(writer.think(piece))
      if (step.do === 'say') for (const piece of pieces(step.text)) response.write(writer.say(piece))
    }
    response.end(writer.end(COUNT))
  }

  #refuse(response: ServerResponse, trouble: Trouble, seconds: number): void {
    const { status, headers, body } = this.#wire.refusal(trouble, seconds)
    sendJson(response, status, body, headers)
  }

  #passed(gate: string, response: ServerResponse): Promise<void> {
    if (this.#open.has(gate)) return Promise.resolve()
    return new Promise((resolve) => {
      response.once('close', resolve)
      this.#waiting.set(gate, [...(this.#waiting.get(gate) ?? []), resolve])
    })
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
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
