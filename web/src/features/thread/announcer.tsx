// One polite line for screen readers: that an answer began, what held it up, and how it ended. Never the text as it streams.
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { useMessage, useSessionMeta } from '../../state'
import { lineOf } from './route-line'
import { routeState } from './trouble'

const END_WORDS = {
  done: 'thread.answerFinished',
  canceled: 'thread.answerStopped',
  error: 'thread.answerFailed',
} as const

export function Announcer({ sessionId, running }: { sessionId: string; running: string | null }) {
  const words = useWords()
  const [watched, setWatched] = useState<string | null>(running)
  const [line, setLine] = useState('')
  const message = useMessage(sessionId, watched ?? '')?.message
  const status = message?.status
  const routing = message?.metadata?.routing
  const compacting = useSessionMeta(sessionId)?.compacting
  const isSummarised = compacting?.trigger === 'automatic'
  const spoken = useRef<string | null>(null)

  useEffect(() => {
    if (running !== null) setWatched(running)
  }, [running])

  useEffect(() => {
    if (watched === null || status === undefined) return
    const saying = `${watched} ${status === 'pending' || status === 'streaming' ? 'open' : status}`
    if (spoken.current === saying) return
    // What had ended before it was seen running is no news.
    const first = spoken.current === null
    spoken.current = saying
    if (status === 'pending' || status === 'streaming') setLine(words('thread.answerStarted'))
    else if (!first) setLine(words(END_WORDS[status]))
  }, [watched, status, words])

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
