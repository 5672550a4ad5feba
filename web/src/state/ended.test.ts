import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { api } from '../api/routes'
import type { Session } from '../api/types'
import { type EndedAnswer, onAnswerEnded } from './ended'
import { changePreferences } from './preferences'
import { message, session, snapshot } from './scripts'
import { noSessions } from './session-list'
import { learnSession, sessionStore } from './sessions'
import { keepsVigil, startVigil } from './vigil'

let visibility: DocumentVisibilityState
let told: EndedAnswer[]
let end: () => void
let position = 0

beforeEach(() => {
  visibility = 'hidden'
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  sessionStore.set(noSessions)
  changePreferences({ notify: false })
  told = []
  end = onAnswerEnded((ended) => told.push(ended))
})

afterEach(() => {
  end()
  vi.unstubAllGlobals()
})

function becomes(activity: Session['activity']): void {
  position += 1
  learnSession(session({ id: 's', title: 'Trip', activity, lastEventId: position }))
}

function answered(part: Parameters<typeof message>[1]): void {
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot([message('a', part)]))
}

it('an answer that ends out of sight is told, once', async () => {
  answered({ content: 'Done.' })
  becomes('idle')
  becomes('running')
  becomes('idle')
  becomes('idle')
  await vi.waitFor(() => expect(told).toHaveLength(1))
  expect(told).toEqual([{ sessionId: 's', title: 'Trip', failed: false, text: 'Done.' }])
})

it('a failed one is told with its reason', async () => {
  answered({ status: 'error', error: { code: 'x', message: 'No credit.', retryable: false } })
  becomes('running')
  becomes('failed')
  await vi.waitFor(() => expect(told).toHaveLength(1))
  expect(told[0]).toMatchObject({ failed: true, text: 'No credit.' })
})

it('what ends in sight, or was stopped, is no news', async () => {
  answered({ status: 'canceled' })
  becomes('running')
  visibility = 'visible'
  becomes('idle')
  visibility = 'hidden'
  becomes('running')
  becomes('idle')
  await new Promise((resolve) => setImmediate(resolve))
  expect(api.chat).toHaveBeenCalledOnce()
  expect(told).toEqual([])
})

it('a hidden tab listens while an answer runs and no other one does', async () => {
  let grant: (() => unknown) | undefined
  const request = vi.fn((_name: string, _options: object, use: () => unknown) => {
    grant = use
    return new Promise(() => {})
  })
  vi.stubGlobal('navigator', { ...navigator, locks: { request } })
  const changed = vi.fn()
  const endVigil = startVigil(changed)
  expect(request, 'nothing runs').not.toHaveBeenCalled()
  becomes('running')
  expect(keepsVigil(), 'another tab has it').toBe(false)
  grant?.()
  expect(keepsVigil()).toBe(true)
  expect(changed).toHaveBeenCalledOnce()
  answered({ content: '' })
  becomes('idle')
  expect(keepsVigil()).toBe(false)
  changePreferences({ notify: true })
  grant?.()
  expect(keepsVigil(), 'who wants to be told').toBe(true)
  visibility = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  expect(keepsVigil()).toBe(false)
  endVigil()
})
