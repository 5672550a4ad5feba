/** What OpenAI's two wires have in common: the key, the list of models, the errors. */
import { bearer, type Call, type Refusal, type Trouble, type Wire } from './wire'

export const openai = {
  base: '/v1',
  contentType: 'text/event-stream',
  countsReasoning: true,
  keyOf: bearer,
  listing: ({ path }: Call, models: readonly string[], window: number) =>
    path === '/models'
      ? {
          object: 'list',
          data: models.map((id) => ({
            id,
            object: 'model',
            created: 1_760_000_000,
            owned_by: 'scripted',
            ...(window > 0 ? { context_length: window } : {}),
          })),
        }
      : undefined,
  refusal,
} satisfies Partial<Wire>

function refusal(trouble: Trouble, seconds: number): Refusal {
  switch (trouble) {
    case 'key':
      return {
        status: 401,
        body: error(
          'Incorrect API key provided: bad-key-*********wxyz. You can find your API key at https://platform.openai.com/account/api-keys.',
          'invalid_request_error',
          'invalid_api_key',
        ),
      }
    case 'limit':
      return {
        status: 429,
        headers: { 'retry-after': String(seconds), 'x-ratelimit-remaining-requests': '0' },
        body: error(
          `Rate limit reached for scripted-1 in organization org-scripted on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in ${seconds}s.`,
          'requests',
          'rate_limit_exceeded',
        ),
      }
    case 'busy':
      return {
        status: 503,
        body: error(
          'The server is currently overloaded with other requests. Sorry about that! You can retry your request.',
          'server_error',
          null,
        ),
      }
  }
}

function error(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } }
}
