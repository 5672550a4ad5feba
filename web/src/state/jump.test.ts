import { afterEach, expect, it, vi } from 'vitest'
import { api } from '../api/routes'
import { approach, leaveTarget, showMessage, type Target } from './jump'
import { message, SESSION, session, snapshot } from './scripts'
import { learnSession } from './sessions'
import { forgetThreads, threadOf } from './threads'

const target = (messageId: string): Target => ({
  sessionId: SESSION,
  messageId,
  texts: ['x'],
  nth: 0,
  focus: false,
})

afterEach(() => {
  leaveTarget()
  forgetThreads()
})

it('loads what lies before until the message is there', async () => {
  const chat = vi.spyOn(api, 'chat')
  chat.mockResolvedValueOnce(snapshot([message('m9', { parentId: 'm8' })], { lastEventId: 1 }))
  const thread = threadOf(SESSION)
  await thread.reload()
  chat.mockResolvedValueOnce(snapshot([message('m8')], { lastEventId: 1, activeLeafId: 'm9' }))
  const wanted = target('m8')
  showMessage(wanted)
  approach(wanted)
  await vi.waitFor(() => expect(thread.current.rows).toEqual(['m8', 'm9']))
  expect(chat.mock.lastCall?.[1]).toMatchObject({ before: 'm9' })
})

it('chooses the branch once, and waits until it is there', async () => {
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot([message('m1')], { lastEventId: 1 }))
  const thread = threadOf(SESSION)
  await thread.reload()
  let chosen = (_: ReturnType<typeof session>) => {}
  const update = vi.spyOn(api, 'updateSession').mockReturnValue(
    new Promise((answer) => {
      chosen = answer
    }) as never,
  )
  const wanted = target('other')
  showMessage(wanted, true)
  // The rows of the old branch are all there, and the answer has not come: that is no reason to give up.
  approach(wanted)
  approach(wanted)
  expect(update).toHaveBeenCalledOnce()
  const earlier = vi.spyOn(thread, 'loadEarlier')
  chosen(session({ activeLeafId: 'other', lastEventId: 2 }))
  await vi.waitFor(() => expect(update.mock.settledResults[0]?.type).toBe('fulfilled'))
  approach(wanted)
  expect(earlier, 'the chosen branch is on its way').not.toHaveBeenCalled()
  learnSession(session({ activeLeafId: 'm1', lastEventId: 3 }))
})
