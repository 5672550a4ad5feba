// The calls of an answer as one list: what was decided (on the message) with what was measured (in the ledger). Pure.
import type { CallRecord, ChatMessage } from '../../state'
import { wasCalled } from './trouble'

type Attempt = NonNullable<NonNullable<NonNullable<ChatMessage['metadata']>['routing']>['attempts']>[number]

export interface CallLine {
  providerId: string
  modelId: string
  /** It was passed over, for the reason given. */
  passedOver: boolean
  /** It is for the session's title, not for the answer. */
  forTitle: boolean
  code: string | undefined
  reason: string | undefined
  requestId: string | undefined
  connectMs: number | undefined
  firstByteMs: number | undefined
  firstTokenMs: number | undefined
  totalMs: number | undefined
}

/** In order. A record finds the attempt it is of by the model; what has no partner stands by itself. */
export function callLines(attempts: readonly Attempt[], records: readonly CallRecord[]): CallLine[] {
  const measured = records.filter(({ purpose }) => purpose === 'chat')
  const lines: CallLine[] = []
  let at = 0
  for (const attempt of attempts) {
    const record = measured[at]
    const isOf =
      record !== undefined &&
      wasCalled(attempt) &&
      record.providerId === attempt.providerId &&
      record.modelId === attempt.modelId
    if (isOf) at += 1
    lines.push(line(attempt, isOf ? record : undefined))
  }
  for (const record of measured.slice(at)) lines.push(line(undefined, record))
  for (const record of records) if (record.purpose !== 'chat') lines.push(line(undefined, record))
  return lines
}

function line(attempt: Attempt | undefined, record: CallRecord | undefined): CallLine {
  return {
    providerId: attempt?.providerId ?? record?.providerId ?? '',
    modelId: attempt?.modelId ?? record?.modelId ?? '',
    passedOver: attempt !== undefined && !wasCalled(attempt),
    forTitle: record?.purpose === 'title',
    code: attempt?.code ?? record?.code ?? undefined,
    reason: attempt?.reason ?? undefined,
    requestId: attempt?.requestId ?? undefined,
    connectMs: record?.connectMs ?? undefined,
    firstByteMs: record?.ttfbMs ?? undefined,
    firstTokenMs: record?.ttftMs ?? undefined,
    totalMs: record?.totalMs ?? attempt?.durationMs ?? undefined,
  }
}
