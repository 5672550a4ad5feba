// The page's side of colouring: fences hand in their code as it grows and get coloured lines back.
//
// Always true: at most one worker; only whole lines are sent, each once; a browser that can't start the worker shows code
// without colours; what was coloured lately is kept, so that scrolling back costs nothing.
import { useEffect, useRef, useSyncExternalStore } from 'react'
import workerUrl from './highlight.worker.ts?worker&url'
import type { ColourAnswer, ColourEnd, ColouredLine, ColourRequest } from './highlight-protocol'

/** Beyond this, colours are not worth the work. */
const LONGEST_CODE = 200_000
/** The longest that colours wait for an idle moment. */
const IDLE_MS = 500
const KEPT_FENCES = 200
const KEPT_CHARACTERS = 2_000_000

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string }
}

let worker: Worker | undefined
/** What is to be said once the worker runs. */
let waiting: (ColourRequest | ColourEnd)[] = []
let broken = false
let nextSession = 1
const sessions = new Map<number, Fence>()
const kept = new Map<string, readonly ColouredLine[]>()
let keptCharacters = 0

/** The page's policy wants a script's address vouched for; this one is a file of our own build. */
function startWorker(): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('cowork-colours', { createScriptURL: (url) => url })
  return new Worker(policy ? policy.createScriptURL(workerUrl) : workerUrl, { type: 'module' })
}

function post(message: ColourRequest | ColourEnd): void {
  if (broken || typeof Worker === 'undefined') return
  if (worker) {
    worker.postMessage(message)
    return
  }
  waiting.push(message)
  if (waiting.length === 1) whenIdle(start)
}

/** The first view comes first: starting the worker would take a core from it. */
function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(act, { timeout: IDLE_MS })
  else setTimeout(act, IDLE_MS)
}

function start(): void {
  try {
    worker = startWorker()
  } catch {
    broken = true
    waiting = []
    return
  }
  worker.onmessage = ({ data }: MessageEvent<ColourAnswer>) => sessions.get(data.session)?.take(data)
  worker.onerror = () => {
    broken = true
  }
  for (const message of waiting) worker.postMessage(message)
  waiting = []
}

/** One fence on screen. */
class Fence {
  coloured: readonly ColouredLine[] = []
  private session = 0
  private sent: readonly string[] = []
  private grammar: string | undefined
  private key: string | undefined
  private readonly listeners = new Set<() => void>()

  /** The lines so far, and whether the last one may still grow. */
  update(lines: readonly string[], grammar: string | undefined, closed: boolean): void {
    const whole = closed ? lines : lines.slice(0, -1)
    const grows = grammar === this.grammar && this.sent.every((line, index) => line === whole[index])
    if (grows && whole.length === this.sent.length) return
    if (!grows || this.session === 0) this.begin(grammar)
    if (!grammar || whole.length === 0) return
    const code = whole.join('\n')
    if (code.length > LONGEST_CODE) return
    this.key = closed ? `${grammar}\n${code}` : undefined
    const known = this.sent.length === 0 && this.key ? kept.get(this.key) : undefined
    const from = this.sent.length
    this.sent = whole
    if (known) {
      this.coloured = known
      this.tell()
      return
    }
    post({ kind: 'lines', session: this.session, grammar, from, lines: whole.slice(from) })
  }

  take(answer: ColourAnswer): void {
    if (answer.from !== this.coloured.length) return
    this.coloured = [...this.coloured, ...answer.lines]
    if (this.key && this.coloured.length === this.sent.length) keep(this.key, this.coloured)
    this.tell()
  }

  end(): void {
    if (this.session === 0) return
    post({ kind: 'end', session: this.session })
    sessions.delete(this.session)
    this.session = 0
    this.sent = []
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private begin(grammar: string | undefined): void {
    this.end()
    this.grammar = grammar
    this.sent = []
    this.coloured = []
    if (!grammar) return
    this.session = nextSession++
    sessions.set(this.session, this)
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener()
  }
}

function keep(key: string, lines: readonly ColouredLine[]): void {
  if (kept.has(key)) return
  kept.set(key, lines)
  keptCharacters += key.length
  for (const old of kept.keys()) {
    if (kept.size <= KEPT_FENCES && keptCharacters <= KEPT_CHARACTERS) break
    kept.delete(old)
    keptCharacters -= old.length
  }
}

/** The coloured lines of a fence, as many as are ready; `closed` says that it will not grow. */
export function useColours(
  lines: readonly string[],
  grammar: string | undefined,
  closed: boolean,
): readonly ColouredLine[] {
  const fence = useRef<Fence | undefined>(undefined)
  fence.current ??= new Fence()
  const { current } = fence
  useEffect(() => current.update(lines, grammar, closed), [current, lines, grammar, closed])
  useEffect(() => () => current.end(), [current])
  return useSyncExternalStore(current.subscribe, () => current.coloured)
}
