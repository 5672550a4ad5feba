// What a command or a query can fail with, for callers that decide and for people who read.
import type { ErrorCode, Problem } from './types'

/** The codes of the contract, and `network`: no answer came at all. */
export type ApiErrorCode = ErrorCode | 'network'

/** What an error is made of; a stored one is too. */
export type ProblemLike = Omit<Partial<Problem>, 'code'> & {
  code: ApiErrorCode
  status: number
  detail: string
}

/** A refused or unanswered request. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** For people: what happened and what to do about it. */
  readonly detail: string
  readonly field: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(problem: ProblemLike) {
    super(`${problem.code}: ${problem.detail}`)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.field = problem.field ?? undefined
    this.retryAfterMs = problem.retryAfterMs ?? undefined
  }

  static network(): ApiError {
    return new ApiError({
      code: 'network',
      status: 0,
      detail: 'Cowork does not answer. Is it still running?',
    })
  }

  /** Whether the same request, sent again later, may go through. */
  get transient(): boolean {
    return this.code === 'network' || this.code === 'shutting_down' || this.code.startsWith('storage_')
  }
}

/** The problem details of a refused request; one of our own when the body is none. */
export async function problemOf(response: Response): Promise<ApiError> {
  const fallback = {
    code: response.status === 401 ? ('unauthorized' as const) : ('internal' as const),
    status: response.status,
    detail: `Cowork answered ${response.status}.`,
  }
  if (!response.headers.get('content-type')?.includes('json')) return new ApiError(fallback)
  try {
    return new ApiError({ ...fallback, ...((await response.json()) as Partial<Problem>) })
  } catch {
    return new ApiError(fallback)
  }
}
