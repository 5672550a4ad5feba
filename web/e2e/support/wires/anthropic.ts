/** Anthropic's messages: blocks that are opened, grown and closed. */
import {
  type Call,
  type Count,
  event,
  type Question,
  type Refusal,
  type Trouble,
  type Wire,
  type Writer,
} from './wire'

type Content = string | readonly { type: string; text?: string }[]

export const anthropic: Wire = {
  kind: 'anthropic',
  base: '/v1',
  contentType: 'text/event-stream',
  countsReasoning: true,
  keyOf: (headers) => headers['x-api-key'] as string | undefined,
  listing,
  question,
  writer,
  refusal,
}

function listing({ path }: Call, models: readonly string[]): object | undefined {
  if (path !== '/models') return undefined
  const data = models.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-09-29T00:00:00Z',
    capabilities: { thinking: { supported: true } },
  }))
  return { data, has_more: false, first_id: models[0], last_id: models.at(-1) }
}

function question({ path, body }: Call): Question | undefined {
  if (path !== '/messages') return undefined
  const { model, system, messages } = body as {
    model: string
    system?: Content
    messages: { role: string; content: Content }[]
  }
  const asked = system ? [{ role: 'system', content: system }, ...messages] : messages
  return { model, messages: asked.map(({ role, content }) => ({ role, content: plain(content) })) }
}

function plain(content: Content): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('')
}

function writer(model: string): Writer {
  let block = -1
  let open: 'thinking' | 'text' | undefined
  const send = (type: string, fields: object = {}) => event({ type, ...fields }, type)
  const close = () => {
    if (!open) return ''
    const signed =
      open === 'thinking' ? delta({ type: 'signature_delta', signature: 'EqQBCkYIBxgCKkBm' }) : ''
    open = undefined
    return signed + send('content_block_stop', { index: block })
  }
  const delta = (fields: object) => send('content_block_delta', { index: block, delta: fields })
  const turnTo = (kind: 'thinking' | 'text') => {
    if (open === kind) return ''
    const closed = close()
    open = kind
    block += 1
    const empty = kind === 'text' ? { text: '' } : { thinking: '', signature: '' }
    return closed + send('content_block_start', { index: block, content_block: { type: kind, ...empty } })
  }
  return {
    begin: () =>
      send('message_start', {
        message: {
          model,
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          content: [],
          stop_reason: null,
          usage: { input_tokens: 0, output_tokens: 1 },
        },
      }) + send('ping'),
    think: (piece) => turnTo('thinking') + delta({ type: 'thinking_delta', thinking: piece }),
    say: (piece) => turnTo('text') + delta({ type: 'text_delta', text: piece }),
    end: (count) =>
      close() +
      send('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: usage(count),
      }) +
      send('message_stop'),
  }
}

function usage({ input, output, reasoning }: Count): object {
  return {
    input_tokens: input,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
  }
}

function refusal(trouble: Trouble, seconds: number): Refusal {
  switch (trouble) {
    case 'key':
      return { status: 401, body: error('authentication_error', 'invalid x-api-key') }
    case 'limit':
      return {
        status: 429,
        headers: { 'retry-after': String(seconds), 'anthropic-ratelimit-requests-remaining': '0' },
        body: error(
          'rate_limit_error',
          'This request would exceed the rate limit for your organization of 50 requests per minute.',
        ),
      }
    case 'busy':
      return { status: 529, body: error('overloaded_error', 'Overloaded') }
  }
}

function error(type: string, message: string): object {
  return { type: 'error', error: { type, message }, request_id: 'req_scripted' }
}
