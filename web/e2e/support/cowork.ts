/**
 * A running Cowork: the real binary on a data folder of its own.
 *
 * Always true: it is ended by its own process id, and its folder is removed; after {@link Cowork.kill} it can be
 * started again on the same folder and port.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Kind } from './wires'

const BINARY = resolve(process.env.COWORK_BIN ?? join(import.meta.dirname, '../../../target/release/cowork'))
/** Far above the few milliseconds it takes; only a broken server gets there. */
const START_MS = 20_000

export class Cowork {
  /** `http://127.0.0.1:PORT` */
  url = ''
  readonly #folder: string
  #process: ChildProcess | undefined
  /** All it said on both outputs, for the report of a failed test. */
  readonly #said: string[] = []
  #link = signal<string>()

  /** `config`: the text of its `cowork.toml`. Absent: only the demo is there. */
  static async start(config = ''): Promise<Cowork> {
    const cowork = new Cowork(await mkdtemp(join(tmpdir(), 'cowork-e2e-')))
    await writeFile(join(cowork.#folder, 'cowork.toml'), config)
    await cowork.#run('0')
    return cowork
  }

  private constructor(folder: string) {
    this.#folder = folder
  }

  get output(): string {
    return this.#said.join('\n')
  }

  /** The start link as it is printed; good once, for a minute. */
  get printedLink(): Promise<string> {
    return this.#link.heard
  }

  /** A fresh start link, as the `cowork` command prints one while the server runs. */
  async freshLink(): Promise<string> {
    const response = await this.api('POST', '/api/auth/codes')
    const { code } = (await response.json()) as { code: string }
    return `${this.url}/#code=${code}`
  }

  /** A request with the token that commands use. */
  async api(method: string, path: string, body?: object): Promise<Response> {
    const { token } = JSON.parse(await readFile(join(this.#folder, 'data', 'server.json'), 'utf8')) as {
      token: string
    }
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }

  /** Stops it in its tracks: connections stay open and nothing moves on them. Only {@link kill} ends that. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  /** SIGKILL: no goodbye, no last write. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** After {@link kill}: again on the same folder and port. */
  async startAgain(): Promise<void> {
    await this.#run(new URL(this.url).port)
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL')
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #run(port: string): Promise<void> {
    const child = spawn(
      BINARY,
      [
        'serve',
        '--no-open',
        '--port',
        port,
        '--data-dir',
        join(this.#folder, 'data'),
        '--config',
        join(this.#folder, 'cowork.toml'),
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: this.#folder,
          TMPDIR: tmpdir(),
          NO_COLOR: '1',
          COWORK_DISCOVERY: '0',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#process = child
    this.#link = signal()
    const listening = new Promise<string>((found, failed) => {
      const timer = setTimeout(
        () => failed(new Error(`not listening after ${START_MS} ms:\n${this.output}`)),
        START_MS,
      )
      const hear = (line: string) => {
        this.#said.push(line)
        const link = /https?:\/\/\S+#code=\S+/.exec(line)?.[0]
        if (link) this.#link.tell(link)
        const url = /listening on (http:\/\/\S+)/.exec(line)?.[1]
        if (!url) return
        clearTimeout(timer)
        found(url.replace(/\/$/, ''))
      }
      createInterface({ input: child.stdout }).on('line', hear)
      createInterface({ input: child.stderr }).on('line', hear)
      child.once('error', (cause) =>
        failed(new Error(`${BINARY} can't be run; \`cargo xtask build\` makes it`, { cause })),
      )
      child.once('exit', (code) =>
        failed(new Error(`ended with ${code} before it listened:\n${this.output}`)),
      )
    })
    this.url = await listening
  }

  async #end(signal: 'SIGKILL'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
}

/** Something that is waited for before or after it is said. */
function signal<Value>(): { heard: Promise<Value>; tell: (value: Value) => void } {
  let tell: (value: Value) => void = () => undefined
  const heard = new Promise<Value>((resolve) => {
    tell = resolve
  })
  return { heard, tell }
}

/** A service as the configuration names it. */
export interface Service {
  kind: Kind
  baseUrl: string
  models: readonly string[]
}

/** The text of a `cowork.toml` with services by their ids; the first one's first model is the default. */
export function configOf(services: Record<string, Service>): string {
  const providers = Object.entries(services).map(
    ([id, { kind, baseUrl }]) => `
[[providers]]
id = "${id}"
kind = "${kind}"
base_url = "${baseUrl}"
`,
  )
  const [id, first] = Object.entries(services)[0] ?? []
  const asked = first ? `default = "${id}/${first.models[0]}"\n` : ''
  return `${providers.join('')}
[routing]
${asked}`
}
