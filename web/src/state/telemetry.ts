// What calls to models took, as the server's ledger has it. Asked for when a view opens; nothing is kept.
import { useEffect, useState } from 'react'
import { api } from '../api/routes'
import type { CallRecord, UsageSummary } from '../api/types'

export type Calls = { status: 'loading' | 'ready' | 'error'; items: readonly CallRecord[] }

/** The calls that were made for an answer; `revision` changes when there may be more of them. */
export function useMessageCalls(messageId: string, revision: string | number): Calls {
  const [calls, setCalls] = useState<Calls>({ status: 'loading', items: [] })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision asks again
  useEffect(() => {
    let current = true
    api.messageCalls(messageId).then(
      ({ items }) => current && setCalls({ status: 'ready', items }),
      () => current && setCalls((before) => ({ ...before, status: 'error' })),
    )
    return () => {
      current = false
    }
  }, [messageId, revision])
  return calls
}

export type UsageBy = 'model' | 'session' | 'day'

export interface Usage {
  status: 'loading' | 'ready' | 'error'
  /** What is shown may be for the question before, while the new one is asked. */
  summary: UsageSummary | undefined
  by: UsageBy
  reload: () => void
}

/** All calls since a time, summed up. `since` absent: all there are. */
export function useUsage(by: UsageBy, since: number | undefined): Usage {
  const [state, setState] = useState<Omit<Usage, 'reload'>>({ status: 'loading', summary: undefined, by })
  const [asked, setAsked] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    let current = true
    setState((before) => ({ ...before, status: 'loading' }))
    api.usage({ by, ...(since === undefined ? {} : { since }) }).then(
      (summary) => current && setState({ status: 'ready', summary, by }),
      () => current && setState((before) => ({ ...before, status: 'error' })),
    )
    return () => {
      current = false
    }
  }, [by, since, asked])
  return { ...state, reload: () => setAsked((count) => count + 1) }
}
