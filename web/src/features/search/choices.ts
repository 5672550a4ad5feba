/** What narrows a search, as it is chosen, and as it is asked for. Pure. */
import type { SearchFilter } from '../../state'

export interface Choices {
  who: 'all' | 'user' | 'assistant'
  when: 'ever' | 'week' | 'month' | 'year'
  here: boolean
  archived: boolean
}

export const NO_CHOICE: Choices = { who: 'all', when: 'ever', here: false, archived: false }

const DAY_MS = 86_400_000
const DAYS = { week: 7, month: 30, year: 365 }

export function filterOf(
  { who, when, here, archived }: Choices,
  sessionId: string | null,
  now: number,
): SearchFilter {
  return {
    ...(who === 'all' ? {} : { role: who }),
    ...(when === 'ever' ? {} : { from: now - DAYS[when] * DAY_MS }),
    ...(here && sessionId ? { session: sessionId } : {}),
    ...(archived ? { archived } : {}),
  }
}
