/** OpenAI's chat completions, as most servers speak them. */
import { openai } from './openai'
import { type Count, event, type Question, type Wire, type Writer } from './wire'

export const openaiChat: Wire = {
  ...openai,
  kind: 'openai-compatible',
  question: ({ path, body }) => (path === '/chat/completions' ? (body as unknown as Question) : undefined),
  writer,
}

function writer(model: string): Writer {
  const chunk = (choices: object[], more: object = {}) =>
    event({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model,
      choices,
      ...more,
    })
  const choice = (delta: object, finish: string | null = null) => [{ index: 0, delta, finish_reason: finish }]
  return {
    begin: () => chunk(choice({ role: 'assistant', content: '' })),
    think: (piece) => chunk(choice({ reasoning_content: piece })),
    say: (piece) => chunk(choice({ content: piece })),
    end: (count) => `${chunk(choice({}, 'stop'))}${chunk([], { usage: usage(count) })}data: [DONE]\n\n`,
  }
}

function usage({ input, output, reasoning }: Count): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
