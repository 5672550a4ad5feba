/** OpenAI's responses: items that grow by numbered events; the last event repeats all of them. */
import { openai } from './openai'
import { type Call, type Count, event, type Question, type Wire, type Writer } from './wire'

interface Item {
  role?: string
  content?: readonly { text?: string }[]
}

export const openaiResponses: Wire = {
  ...openai,
  kind: 'openai-responses',
  question,
  writer,
}

function question({ path, body }: Call): Question | undefined {
  if (path !== '/responses') return undefined
  const { model, instructions, input } = body as { model: string; instructions?: string; input: Item[] }
  const messages = input
    .filter(({ role }) => role)
    .map(({ role = '', content = [] }) => ({ role, content: content.map(({ text = '' }) => text).join('') }))
  return {
    model,
    messages: instructions ? [{ role: 'system', content: instructions }, ...messages] : messages,
  }
}

function writer(model: string): Writer {
  let number = 0
  const send = (type: string, fields: object) => event({ type, sequence_number: number++, ...fields }, type)
  const response = (status: string, output: object[], usage: object | null = null) => ({
    response: { id: 'resp_1', object: 'response', created_at: 1_760_000_000, status, model, output, usage },
  })

  /** The items that are finished, and the one that grows. */
  const items: object[] = []
  let open: { kind: 'reasoning' | 'message'; text: string } | undefined
  const finish = () => {
    if (!open) return ''
    const { kind, text } = open
    open = undefined
    const item = kind === 'reasoning' ? reasoning(text) : message(text)
    items.push(item)
    return send('response.output_item.done', { output_index: items.length - 1, item })
  }
  const grow = (kind: 'reasoning' | 'message', piece: string) => {
    const before = open?.kind === kind ? '' : finish()
    const at = { item_id: `${kind}_1`, output_index: items.length }
    let sent = before
    if (!open) {
      open = { kind, text: '' }
      const item = kind === 'reasoning' ? reasoning() : message()
      sent += send('response.output_item.added', { output_index: items.length, item })
    }
    open.text += piece
    const [type, part] =
      kind === 'reasoning'
        ? ['response.reasoning_summary_text.delta', { summary_index: 0 }]
        : ['response.output_text.delta', { content_index: 0 }]
    return sent + send(type as string, { ...at, ...(part as object), delta: piece })
  }
  return {
    begin: () =>
      send('response.created', response('in_progress', [])) +
      send('response.in_progress', response('in_progress', [])),
    think: (piece) => grow('reasoning', piece),
    say: (piece) => grow('message', piece),
    end: (count) => finish() + send('response.completed', response('completed', items, usage(count))),
  }
}

function reasoning(text?: string): object {
  const summary = text === undefined ? [] : [{ type: 'summary_text', text }]
  return { id: 'reasoning_1', type: 'reasoning', encrypted_content: 'gAAAAABpE', summary }
}

function message(text?: string): object {
  const content = text === undefined ? [] : [{ type: 'output_text', annotations: [], text }]
  const status = text === undefined ? 'in_progress' : 'completed'
  return { id: 'message_1', type: 'message', status, role: 'assistant', content }
}

function usage({ input, output, reasoning: thought }: Count): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: input + output,
  }
}
