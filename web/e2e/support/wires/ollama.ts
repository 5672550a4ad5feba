/** Ollama's own API: a JSON document on each line; a key is wanted only by what stands before it. */
import { bearer, type Call, type Question, type Refusal, type Trouble, type Wire, type Writer } from './wire'

export const ollama: Wire = {
  kind: 'ollama',
  base: '',
  contentType: 'application/x-ndjson',
  countsReasoning: false,
  keyOf: bearer,
  listing,
  question: ({ path, body }) => (path === '/api/chat' ? (body as unknown as Question) : undefined),
  writer,
  refusal,
}

function listing({ path }: Call, models: readonly string[]): object | undefined {
  switch (path) {
    case '/api/tags':
      return { models: models.map((name) => ({ name, model: name, size: 1, digest: 'scripted' })) }
    case '/api/show':
      return {
        capabilities: ['completion', 'thinking'],
        model_info: { 'general.architecture': 'scripted', 'scripted.context_length': 40_960 },
      }
    default:
      return undefined
  }
}

function writer(model: string): Writer {
  const line = (fields: object) =>
    `${JSON.stringify({ model, created_at: '2025-10-09T08:00:01.001000Z', ...fields })}\n`
  const piece = (fields: object) =>
    line({ message: { role: 'assistant', content: '', ...fields }, done: false })
  return {
    begin: () => '',
    think: (thinking) => piece({ thinking }),
    say: (content) => piece({ content }),
    end: ({ input, output }) =>
      line({
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: input,
        eval_count: output,
      }),
  }
}

function refusal(trouble: Trouble, seconds: number): Refusal {
  switch (trouble) {
    case 'key':
      return { status: 401, body: { error: 'unauthorized' } }
    case 'limit':
      return {
        status: 429,
        headers: { 'retry-after': String(seconds) },
        body: { error: 'too many concurrent requests' },
      }
    case 'busy':
      return {
        status: 503,
        body: { error: 'server busy, please try again.  maximum pending requests exceeded' },
      }
  }
}
