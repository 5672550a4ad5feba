/** Google's Gemini: whole responses one after another; how long to wait stands in the body and not in a header. */
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

interface Content {
  role?: string
  parts: readonly { text?: string }[]
}

const ASKED = /^\/models\/(.+):streamGenerateContent$/

export const gemini: Wire = {
  kind: 'gemini',
  base: '/v1beta',
  contentType: 'text/event-stream',
  countsReasoning: true,
  keyOf: (headers) => headers['x-goog-api-key'] as string | undefined,
  listing: ({ path }, models) =>
    path === '/models'
      ? {
          models: models.map((id) => ({
            name: `models/${id}`,
            displayName: id,
            inputTokenLimit: 1_048_576,
            outputTokenLimit: 65_536,
            supportedGenerationMethods: ['generateContent', 'countTokens'],
            thinking: true,
          })),
        }
      : undefined,
  question,
  writer,
  refusal,
}

function question({ path, body }: Call): Question | undefined {
  const model = ASKED.exec(path)?.[1]
  if (model === undefined) return undefined
  const { systemInstruction, contents } = body as { systemInstruction?: Content; contents: Content[] }
  const asked = [...(systemInstruction ? [{ ...systemInstruction, role: 'system' }] : []), ...contents]
  return {
    model: decodeURIComponent(model),
    messages: asked.map(({ role = 'user', parts }) => ({
      role,
      content: parts.map(({ text = '' }) => text).join(''),
    })),
  }
}

function writer(model: string): Writer {
  const send = (parts: object[], more: object = {}, usageMetadata: object = { promptTokenCount: 1 }) =>
    event({
      candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
      usageMetadata,
      modelVersion: model,
      responseId: 'response-1',
    })
  return {
    begin: () => '',
    think: (text) => send([{ text, thought: true }]),
    say: (text) => send([{ text }]),
    end: (count) => send([{ text: '' }], { finishReason: 'STOP' }, usage(count)),
  }
}

function usage({ input, output, reasoning }: Count): object {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + output,
  }
}

function refusal(trouble: Trouble, seconds: number): Refusal {
  switch (trouble) {
    case 'key': {
      const message = 'API key not valid. Please pass a valid API key.'
      const reason = {
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      }
      const said = { locale: 'en-US', message }
      return error(400, 'INVALID_ARGUMENT', message, [
        detail('ErrorInfo', reason),
        detail('LocalizedMessage', said),
      ])
    }
    case 'limit': {
      const message =
        'You exceeded your current quota, please check your plan and billing details. ' +
        '* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 15\n' +
        `Please retry in ${seconds}s.`
      const limit = {
        quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
        quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
        quotaDimensions: { model: 'scripted-1', location: 'global' },
        quotaValue: '15',
      }
      return error(429, 'RESOURCE_EXHAUSTED', message, [
        detail('QuotaFailure', { violations: [limit] }),
        detail('RetryInfo', { retryDelay: `${seconds}s` }),
      ])
    }
    case 'busy':
      return error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.')
  }
}

function detail(type: string, fields: object): object {
  return { '@type': `type.googleapis.com/google.rpc.${type}`, ...fields }
}

function error(code: number, status: string, message: string, details: object[] = []): Refusal {
  return { status: code, body: { error: { code, message, status, details } } }
}
