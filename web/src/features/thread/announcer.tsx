// What screen readers are told of the answers that run: their beginning, a call that failed, their ends. Never the text
// as it streams.
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { useMessage, useSessionMeta } from '../../state'
import { useModelName } from './comparison'
import { lineOf } from './route-line'
import { routeState } from './trouble'

const END_WORDS = {
  done: 'thread.answerFinished',
  canceled: 'thread.answerStopped',
  error: 'thread.answerFailed',
} as const

/** Tells of the turn that runs or ran last; of several answers, each one's end, by its model. */
export function Announcer({ sessionId, running }: { sessionId: string; running: readonly string[] }) {
  const [turn, setTurn] = useState(running)
  const [first, ...others] = turn
  // The answers of a comparison come one after another, and go so too.
  const belongs = running.some((id) => turn.includes(id))
  const added = running.filter((id) => !turn.includes(id))
  if (added.length > 0) setTurn(belongs ? [...turn, ...added] : running)
  return (
    <>
      <Spoken sessionId={sessionId} watched={first ?? null} several={others.length > 0} />
      {others.map((id) => (
        <Spoken key={id} sessionId={sessionId} watched={id} several beside />
      ))}
    </>
  )
}

interface SpokenProps {
  sessionId: string
  watched: string | null
  /** Others run with it, so it is told apart by its model. */
  several: boolean
  /** What is to be said of the turn as a whole is said by another one. */
  beside?: boolean
}

function Spoken({ sessionId, watched, several, beside = false }: SpokenProps) {
  const words = useWords()
  const [line, setLine] = useState('')
  const message = useMessage(sessionId, watched ?? '')?.message
  const model = useModelName(message)
  const status = message?.status
  const routing = message?.metadata?.routing
  const compacting = useSessionMeta(sessionId)?.compacting
  const isSummarised = !beside && compacting?.trigger === 'automatic'
  const spoken = useRef<string | null>(null)

  useEffect(() => {
    if (watched === null || status === undefined) return
    const open = status === 'pending' || status === 'streaming'
    const saying = `${watched} ${open ? 'open' : status}`
    if (spoken.current === saying) return
    // What had ended before it was seen running is no news.
    const first = spoken.current === null
    spoken.current = saying
    if (open && !beside) setLine(words('thread.answerStarted'))
    else if (!open && !first) {
      const end = words(END_WORDS[status])
      setLine(several ? words('compare.ended', { model, end }) : end)
    }
  }, [watched, status, several, beside, model, words])

  // What a person began is told where it can be stopped.
  useEffect(() => {
    if (isSummarised) setLine(words('compaction.running'))
  }, [isSummarised, words])

  // A call that failed is told once, with what comes next; never the seconds as they pass.
  useEffect(() => {
    if (status !== 'pending') return
    const state = routeState(routing, Date.now())
    if (!state) return
    const seconds = state.kind === 'waiting' ? Math.ceil((state.at - Date.now()) / 1_000) : 0
    setLine(lineOf(state, seconds, words))
  }, [status, routing, words])

  return (
    <p className="visually-hidden" role="status">
      {line}
    </p>
  )
}
