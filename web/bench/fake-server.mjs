// A server of the contract's shape that keeps everything in memory, for measuring the page alone.
//
// It serves the built page under the real policy, one session of many messages, and an answer that streams at a given
// pace. It has no safety, no storage and no errors: nothing but measurements may use it.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { history, id, longAnswer } from './corpus.mjs'

/** Where the built page is; `COWORK_DIST` names another folder. */
const DIST = process.env.COWORK_DIST ?? join(import.meta.dirname, '..', 'dist')
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const SESSION = 'bench'

export async function startFake({
  messages: count = 5000,
  tokens = 4000,
  tokensPerSecond = 200,
  port = 0,
} = {}) {
  const messages = history(SESSION, count)
  const byId = new Map(messages.map((message) => [message.id, message]))
  const log = []
  const streams = new Set()
  let position = 1000

  const session = () => ({
    id: SESSION,
    title: 'A long conversation',
    createdAt: messages[0]?.createdAt ?? 0,
    updatedAt: messages.at(-1)?.createdAt ?? 0,
    mode: 'chat',
    pinned: false,
    archived: false,
    tags: [],
    activeLeafId: messages.at(-1)?.id ?? null,
    messageCount: messages.length,
    lastEventId: position,
    writeMode: 'review',
    agentMode: 'build',
    activity: 'idle',
    titleByHand: false,
  })

  const announce = (event) => {
    position += 1
    const full = { id: position, sessionId: SESSION, timestamp: Date.now(), ...event }
    const frame = `id: ${full.id}\nevent: ${full.type}\ndata: ${JSON.stringify(full)}\n\n`
    log.push([full.id, frame])
    for (const stream of streams) stream.write(frame)
  }

  const add = (message) => {
    messages.push(message)
    byId.set(message.id, message)
  }

  function send(body) {
    const parentId = messages.at(-1)?.id
    const now = Date.now()
    const base = {
      sessionId: SESSION,
      createdAt: now,
      updatedAt: now,
      revision: 1,
      clientRequestId: body.client_request_id,
    }
    const user = {
      ...base,
      id: id(messages.length),
      role: 'user',
      content: body.content,
      status: 'done',
      parentId,
    }
    add(user)
    const answer = {
      ...base,
      id: id(messages.length),
      role: 'assistant',
      content: '',
      status: 'pending',
      parentId: user.id,
      providerId: 'bench',
      modelId: 'fast',
    }
    add(answer)
    announce({
      type: 'message.created',
      messageId: user.id,
      message: user,
      clientRequestId: body.client_request_id,
    })
    announce({
      type: 'message.created',
      messageId: answer.id,
      message: answer,
      clientRequestId: body.client_request_id,
    })
    announce({ type: 'session.updated', session: session() })
    void stream(answer)
    return { userMessage: user, assistantMessage: answer, lastEventId: position }
  }

  async function stream(answer) {
    const pieces = longAnswer(tokens)
    const began = performance.now()
    for (const [index, text] of pieces.entries()) {
      const due = began + (index * 1000) / tokensPerSecond
      const wait = due - performance.now()
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
      answer.content += text
      announce({ type: 'message.delta', messageId: answer.id, text, kind: 'text' })
    }
    const done = { ...answer, status: 'done' }
    byId.set(done.id, done)
    messages[messages.findIndex((message) => message.id === done.id)] = done
    announce({ type: 'message.completed', messageId: done.id, message: done })
  }

  function chat(query) {
    const before = query.get('before')
    const end = before ? messages.findIndex((message) => message.id === before) : messages.length
    const start = query.get('limit') ? Math.max(0, end - Number(query.get('limit'))) : 0
    return {
      messages: messages.slice(start, end),
      tasks: [],
      activeLeafId: messages.at(-1)?.id ?? null,
      lastEventId: position,
      hasMore: start > 0,
      branches: [],
    }
  }

  async function api(request, response, url) {
    const json = (value, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    const path = url.pathname.slice('/api'.length)
    if (path === '/auth/exchange') return json({ token: 'bench' })
    if (path === '/models') {
      return json({
        items: [{ providerId: 'bench', modelId: 'fast', label: 'Fast', demo: true, contextWindow: null }],
        nextCursor: null,
        defaultProviderId: 'bench',
        defaultModelId: 'fast',
        unavailable: [],
      })
    }
    if (path === '/sessions') return json({ items: [session()], nextCursor: null, lastEventId: position })
    if (path === `/sessions/${SESSION}`) return json(session())
    if (path === `/sessions/${SESSION}/chat` && request.method === 'GET') return json(chat(url.searchParams))
    if (path === `/sessions/${SESSION}/chat`) return json(send(JSON.parse(await text(request))), 202)
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 500\n\n')
      const after = Number(request.headers['last-event-id'] ?? 0)
      for (const [at, frame] of log) if (at > after) response.write(frame)
      streams.add(response)
      const beat = setInterval(() => response.write('event: heartbeat\ndata: {}\n\n'), 15_000)
      request.on('close', () => {
        clearInterval(beat)
        streams.delete(response)
      })
      return
    }
    json({ code: 'not_found', status: 404, detail: 'Not part of the measurement.' }, 404)
  }

  async function page(response, pathname) {
    const file = pathname.startsWith('/assets/') ? join(DIST, pathname) : join(DIST, 'index.html')
    const nonce = Math.random().toString(36).slice(2)
    let body = await readFile(file)
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    const headers = { 'content-type': type }
    if (extname(file) === '.html') {
      body = Buffer.from(body.toString().replaceAll('__CSP_NONCE__', nonce))
      headers['content-security-policy'] = policy(nonce)
    } else if (type.startsWith('text')) {
      body = gzipSync(body, { level: 6 })
      headers['content-encoding'] = 'gzip'
    }
    response.writeHead(200, headers)
    response.end(body)
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://local')
    const answered = url.pathname.startsWith('/api')
      ? api(request, response, url)
      : page(response, url.pathname)
    answered.catch((error) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address()
  return {
    url: `http://127.0.0.1:${bound}`,
    session: SESSION,
    stop: () => server.closeAllConnections() || server.close(),
  }
}

function policy(nonce) {
  return `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'`
}

async function text(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
