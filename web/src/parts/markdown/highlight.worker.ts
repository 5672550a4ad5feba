/// <reference lib="webworker" />
// Colours code, line by line, off the main thread.
//
// Always true: a session's lines are tokenised once each, going on with the grammar's state after the line before; a
// grammar that can't be loaded leaves its lines without colours. Colours are names, the page's own style gives them meaning.
import {
  createCssVariablesTheme,
  createHighlighterCore,
  type GrammarState,
  type HighlighterCore,
} from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import type { ColourAnswer, ColourEnd, ColouredLine, ColourRequest } from './highlight-protocol'
import { GRAMMARS } from './languages'

const THEME = createCssVariablesTheme({ name: 'cowork', variablePrefix: '--c-', fontStyle: false })
const LONGEST_LINE = 2_000

interface Session {
  state: GrammarState | undefined
}

const sessions = new Map<number, Session>()
/** One after another: a session's lines must not overtake each other while a grammar loads. */
let work: Promise<void> = Promise.resolve()
let highlighter: Promise<HighlighterCore> | undefined

self.onmessage = ({ data }: MessageEvent<ColourRequest | ColourEnd>) => {
  if (data.kind === 'end') {
    work = work.then(() => void sessions.delete(data.session))
    return
  }
  work = work
    .then(() => colour(data))
    .then(
      (lines) => answer({ session: data.session, from: data.from, lines }),
      () => answer({ session: data.session, from: data.from, lines: data.lines.map(plain) }),
    )
}

function answer(message: ColourAnswer): void {
  self.postMessage(message)
}

async function colour(request: ColourRequest): Promise<readonly ColouredLine[]> {
  const engine = await ready(request.grammar)
  const known = request.from === 0 ? undefined : sessions.get(request.session)
  const code = request.lines.join('\n')
  const options = {
    lang: request.grammar,
    theme: THEME.name ?? 'cowork',
    tokenizeMaxLineLength: LONGEST_LINE,
    ...(known?.state ? { grammarState: known.state } : {}),
  }
  const tokens = engine.codeToTokensBase(code, options)
  sessions.set(request.session, { state: engine.getLastGrammarState(tokens) })
  return tokens.map((line) => line.map((token) => [token.content, colourName(token.color)] as const))
}

async function ready(grammar: string): Promise<HighlighterCore> {
  highlighter ??= createHighlighterCore({
    themes: [THEME],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
  const engine = await highlighter
  const load = GRAMMARS[grammar as keyof typeof GRAMMARS]
  if (!engine.getLoadedLanguages().includes(grammar)) await engine.loadLanguage(load)
  return engine
}

/** `var(--c-token-keyword)` is `keyword`. */
function colourName(colour: string | undefined): string {
  return /^var\(--c-token-([\w-]+)\)$/.exec(colour ?? '')?.[1] ?? ''
}

function plain(line: string): ColouredLine {
  return [[line, '']]
}
