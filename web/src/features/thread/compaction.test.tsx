import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import '../../i18n'
import { api } from '../../api/routes'
import type { ChatMessage, Session } from '../../api/types'
import { message, session } from '../../state/scripts'
import { learnSession } from '../../state/sessions'
import { CompactionBar } from './compaction-bar'
import { CompactionEntry } from './compaction-entry'

afterEach(() => {
  vi.restoreAllMocks()
})

const compacted: ChatMessage = {
  ...message('a1', { role: 'assistant', content: 'said' }),
  metadata: {
    compaction: {
      summary: 'The boat is **blue**.',
      messages: 34,
      tokensBefore: 12_300,
      tokensAfter: 800,
      providerId: 'work',
      modelId: 'large',
      createdAt: 1,
      trigger: 'manual',
    },
  },
}

test('tells what is covered, shows the summary, and takes it back', async () => {
  const remove = vi.spyOn(api, 'removeCompaction').mockResolvedValue(compacted)
  render(<CompactionEntry message={compacted} />)
  expect(screen.getByText('Compacted: 34 messages above, about 12,300 → 800 tokens')).toBeVisible()
  expect(screen.queryByText('blue')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Show summary' }))
  expect(await screen.findByText('blue')).toBeVisible()
  expect(screen.getByText(/^Written by work · large .* because you asked for it\.$/)).toBeVisible()
  fireEvent.click(screen.getByRole('button', { name: /^Undo/ }))
  await act(async () => {})
  expect(remove).toHaveBeenCalledWith(compacted.sessionId, 'a1')
})

test('a message without a summary shows nothing', () => {
  const { container } = render(<CompactionEntry message={message('a1', { role: 'assistant' })} />)
  expect(container).toBeEmptyDOMElement()
})

test('a summary on its way can be stopped, one that failed be tried again', async () => {
  const busy: Session = {
    ...session({ id: 's9' }),
    lastEventId: 5,
    compacting: { messageId: 'a1', trigger: 'manual', startedAt: 1 },
  }
  learnSession(busy)
  const cancel = vi.spyOn(api, 'cancelCompaction').mockResolvedValue(busy)
  const compact = vi.spyOn(api, 'compactSession').mockResolvedValue({ session: busy, lastEventId: 6 })
  render(<CompactionBar sessionId="s9" />)
  expect(screen.getByText('Compacting the conversation…')).toBeVisible()
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Stop compacting' })))
  expect(cancel).toHaveBeenCalledWith('s9', expect.anything())
  const failure = 'The model answered without a word.'
  act(() =>
    learnSession({
      ...busy,
      lastEventId: 7,
      compacting: { messageId: 'a1', trigger: 'manual', startedAt: 1, failure },
    }),
  )
  expect(screen.getByText(`The conversation was not compacted. ${failure}`)).toBeVisible()
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Try again' })))
  expect(compact).toHaveBeenCalledWith('s9', expect.anything())
  act(() =>
    learnSession({
      ...busy,
      lastEventId: 8,
      compacting: { messageId: 'a1', trigger: 'automatic', startedAt: 1 },
    }),
  )
  expect(screen.getByRole('status')).toBeEmptyDOMElement()
})
