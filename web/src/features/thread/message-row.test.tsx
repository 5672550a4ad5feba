import { act, fireEvent, render, screen } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import '../../i18n'
import { ApiError } from '../../api/error'
import { api } from '../../api/routes'
import type { ChatMessage } from '../../api/types'
import { sendMessage } from '../../state'
import { outbox } from '../../state/outbox'
import { message, SESSION, session, snapshot } from '../../state/scripts'
import { learnSession } from '../../state/sessions'
import { forgetThreads, threadOf } from '../../state/threads'
import { TooltipProvider } from '../../ui/tooltip'
import { MessageRow } from './message-row'
import { RowActionsContext } from './row-context'

beforeEach(() => {
  vi.spyOn(api, 'models').mockResolvedValue({
    items: [
      {
        providerId: 'demo',
        modelId: 'cowork-demo',
        label: 'Demo',
        demo: true,
        contextWindow: null,
        favourite: false,
      },
    ],
    nextCursor: null,
    defaultProviderId: 'demo',
    defaultModelId: 'cowork-demo',
    unavailable: [],
  })
})

afterEach(() => {
  forgetThreads()
  outbox.set([])
})

function List({ children }: { children: (editing: string | null) => ReactNode }) {
  const [editing, setEditing] = useState<string | null>(null)
  const [actions] = useState(() => ({
    sessionId: SESSION,
    edit: setEditing,
    quote: () => {},
    focus: () => {},
    hold: () => {},
  }))
  return (
    <TooltipProvider>
      <RowActionsContext value={actions}>{children(editing)}</RowActionsContext>
    </TooltipProvider>
  )
}

/** A row of a conversation that holds `messages`. */
async function row(messages: ChatMessage[], id: string, part: { place?: number; running?: boolean } = {}) {
  vi.spyOn(api, 'chat').mockResolvedValue(snapshot(messages, { lastEventId: 1 }))
  await threadOf(SESSION).reload()
  await act(async () => {
    render(
      <List>
        {(editing) => (
          <MessageRow
            sessionId={SESSION}
            id={id}
            place={part.place ?? -1}
            running={part.running ?? false}
            position={1}
            count={messages.length}
            last
            current
            found={false}
            editing={editing === id}
          />
        )}
      </List>,
    )
  })
}

const user = message('u1', { role: 'user', content: 'Question' })
const answer = (part: Partial<ChatMessage>) =>
  message('a1', { parentId: 'u1', providerId: 'demo', modelId: 'cowork-demo', content: 'Answer', ...part })
const button = (name: string) => screen.queryByRole('button', { name })

describe('an answer', () => {
  test('names its provider and model, and the demo as a demo', async () => {
    await row([user, answer({})], 'a1')
    expect(screen.getByText('demo · cowork-demo')).toBeVisible()
    expect(screen.getByText('demo')).toBeVisible()
  })

  test('that is being made offers nothing but copying', async () => {
    await row([user, answer({ status: 'streaming' })], 'a1', { running: true })
    expect(button('Copy')).toBeVisible()
    for (const name of ['Edit', 'Regenerate', 'Delete', 'Details']) expect(button(name)).toBeNull()
  })

  test('that waits says its place, and can be dropped or sent now', async () => {
    const cancel = vi.spyOn(api, 'cancelMessage').mockResolvedValue(answer({ status: 'canceled' }))
    const now = vi.spyOn(api, 'sendNow').mockResolvedValue(answer({ status: 'pending' }))
    await row([user, answer({ status: 'pending', content: '' })], 'a1', { place: 2 })
    expect(screen.getByText('Waiting: number 3 in line')).toBeVisible()
    fireEvent.click(screen.getByRole('button', { name: 'Drop' }))
    fireEvent.click(screen.getByRole('button', { name: 'Send now' }))
    await act(async () => {})
    expect(cancel).toHaveBeenCalledWith(SESSION, 'a1', expect.anything())
    expect(now).toHaveBeenCalledWith(SESSION, 'a1', expect.anything())
  })

  test('that was interrupted says so in the server’s words, and goes on where it stopped', async () => {
    const error = { code: 'interrupted', message: 'The server stopped in mid-answer.', retryable: true }
    const go = vi.spyOn(api, 'continueMessage').mockResolvedValue(answer({}))
    await row([user, answer({ status: 'error', error })], 'a1')
    expect(screen.getByText('Interrupted')).toBeVisible()
    expect(screen.getByText('The server stopped in mid-answer.')).toBeVisible()
    expect(button('Try again')).toBeVisible()
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }))
    await act(async () => {})
    expect(go).toHaveBeenCalledOnce()
  })

  test('that failed before its first word can only be asked for again', async () => {
    const error = { code: 'provider_auth', message: 'The key was refused.', retryable: false }
    await row([user, answer({ status: 'error', content: '', error })], 'a1')
    expect(button('Continue')).toBeNull()
    expect(button('Try again')).toBeVisible()
  })

  test('whose key was refused leads to the providers', async () => {
    const error = { code: 'provider_auth', message: 'The key was refused.', retryable: false }
    await row([user, answer({ status: 'error', content: '', error })], 'a1')
    expect(screen.getByText('Key not accepted')).toBeVisible()
    expect(screen.getByRole('link', { name: 'Check the key' })).toHaveAttribute('href', '/settings/providers')
  })

  test('that waits for its next call counts down, and can be stopped', async () => {
    vi.useFakeTimers({ now: 10_000 })
    const cancel = vi.spyOn(api, 'cancelMessage').mockResolvedValue(answer({ status: 'canceled' }))
    vi.spyOn(api, 'settings').mockRejectedValue(ApiError.network())
    const asked = { providerId: 'demo', modelId: 'cowork-demo' }
    const failed = { ...asked, code: 'provider_rate_limited', reason: 'Slow down.', durationMs: 5 }
    const metadata = { routing: { asked, attempts: [failed], next: { ...asked, at: 13_000 } } }
    await row([user, answer({ status: 'pending', content: '', metadata })], 'a1', { running: true })
    expect(screen.getByText('Too many requests. Trying again in 3 s (attempt 2)')).toBeVisible()
    await act(async () => vi.advanceTimersByTime(1_000))
    expect(screen.getByText('Too many requests. Trying again in 2 s (attempt 2)')).toBeVisible()
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    await act(async () => {})
    expect(cancel).toHaveBeenCalledWith(SESSION, 'a1', expect.anything())
    await act(async () => vi.advanceTimersByTime(2_000))
    expect(screen.getByText('Too many requests. Trying again now (attempt 2)…')).toBeVisible()
    vi.useRealTimers()
  })

  test('says how much of the conversation its model was not given', async () => {
    const context = { window: 10, estimatedTokens: 9, systemTokens: 1, questionTokens: 2, leftOut: 1 }
    await row([user, answer({ metadata: { context } })], 'a1')
    expect(screen.getByText(/^1 earlier message was left out/)).toBeVisible()
  })

  test('says why what was left out could not be summarised', async () => {
    const context = { window: 10, estimatedTokens: 9, systemTokens: 1, questionTokens: 2, leftOut: 2 }
    const compactionFailure = 'The model answered without a word.'
    await row([user, answer({ metadata: { context: { ...context, compactionFailure } } })], 'a1')
    expect(screen.getByText(`They could not be summarised: ${compactionFailure}`)).toBeVisible()
  })

  test('says that the conversation is being compacted before its first word', async () => {
    act(() =>
      learnSession({
        ...session(),
        lastEventId: 50,
        compacting: { messageId: 'a0', trigger: 'automatic', startedAt: 1 },
      }),
    )
    await row([user, answer({ status: 'pending', content: '' })], 'a1', { running: true })
    expect(screen.getByText('Compacting the conversation…')).toBeVisible()
    act(() => learnSession({ ...session(), lastEventId: 51 }))
    expect(screen.queryByText('Compacting the conversation…')).toBeNull()
  })

  test('of another model than the one asked shows the notice', async () => {
    await row([user, answer({ fallbackNotice: 'Answered by b, since a is overloaded.' })], 'a1')
    expect(screen.getByText('Answered by b, since a is overloaded.')).toBeVisible()
  })

  test('says that it works once nothing came for two seconds', async () => {
    vi.useFakeTimers()
    await row([user, answer({ status: 'streaming' })], 'a1', { running: true })
    expect(screen.queryByText(/Working/)).toBeNull()
    await act(async () => vi.advanceTimersByTime(3_100))
    expect(screen.getByText('Working… 3 s')).toBeVisible()
    vi.useRealTimers()
  })
})

test('a deleted message leaves a thin row that brings it back', async () => {
  const restore = vi.spyOn(api, 'restoreMessage').mockResolvedValue(user)
  await row([{ ...user, content: '', deletedAt: 5 }], 'u1')
  expect(screen.getByText('Message deleted')).toBeVisible()
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
  await act(async () => {})
  expect(restore).toHaveBeenCalledWith(SESSION, 'u1', expect.anything())
})

describe('editing', () => {
  const open = async () => {
    const edit = vi.spyOn(api, 'editMessage').mockResolvedValue(user)
    await row([user], 'u1')
    fireEvent.click(screen.getByRole('button', { name: 'Edit' }))
    const field = screen.getByRole('textbox', { name: 'Edit the message' })
    expect(field).toHaveFocus()
    return { edit, field }
  }

  test.each([
    ['Enter', true],
    ['s', false],
  ])('Mod+%s sends the text, rerun: %s', async (key, regenerate) => {
    const { edit, field } = await open()
    fireEvent.change(field, { target: { value: 'Better' } })
    fireEvent.keyDown(field, { key, ctrlKey: true })
    await act(async () => {})
    expect(edit).toHaveBeenCalledWith(
      SESSION,
      'u1',
      expect.objectContaining({ content: 'Better', regenerate }),
    )
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('a rerun can leave files out, saving in place can not', async () => {
    const edit = vi.spyOn(api, 'editMessage').mockResolvedValue(user)
    const file = (id: string) =>
      ({
        id,
        kind: 'file',
        name: `${id}.txt`,
        sizeBytes: 5,
        mimeType: 'text/plain',
        storageUri: '',
        sha256: '',
      }) as const
    await row([{ ...user, attachments: [file('one'), file('two')] }], 'u1')
    fireEvent.click(screen.getByRole('button', { name: 'Edit' }))
    const files = screen.getByRole('list', { name: 'Files of the message' })
    expect(files).toHaveTextContent('one.txt')
    fireEvent.click(screen.getByRole('button', { name: 'Leave out “one.txt”' }))
    fireEvent.click(screen.getByRole('button', { name: 'Leave out “two.txt”' }))
    fireEvent.click(screen.getByRole('button', { name: 'Take “two.txt” along again' }))
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 's', ctrlKey: true })
    await act(async () => {})
    expect(edit).not.toHaveBeenCalled()
    fireEvent.click(screen.getByRole('button', { name: 'Save and rerun' }))
    await act(async () => {})
    expect(edit).toHaveBeenCalledWith(
      SESSION,
      'u1',
      expect.objectContaining({ regenerate: true, attachments: ['two'] }),
    )
  })

  test('Escape leaves it as it was', async () => {
    const { edit, field } = await open()
    fireEvent.change(field, { target: { value: 'Better' } })
    fireEvent.keyDown(field, { key: 'Escape' })
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(screen.getByText('Question')).toBeVisible()
    expect(edit).not.toHaveBeenCalled()
  })

  test('a refusal keeps the field and what was written', async () => {
    const { edit, field } = await open()
    edit.mockRejectedValue(
      new ApiError({ code: 'message_busy', status: 409, detail: 'It is being answered.' }),
    )
    fireEvent.change(field, { target: { value: 'Better' } })
    fireEvent.keyDown(field, { key: 's', metaKey: true })
    await act(async () => {})
    expect(screen.getByRole('textbox')).toHaveValue('Better')
  })
})

test('a message that could not be sent can be sent again, copied or discarded', async () => {
  vi.spyOn(api, 'sendMessage').mockRejectedValue(
    new ApiError({ code: 'queue_full', status: 429, detail: 'A hundred turns wait already.' }),
  )
  sendMessage(SESSION, { content: 'Hello' })
  await vi.waitFor(() => expect(outbox.get()[0]?.delivery).toBe('failed'))
  await row([], `local:${outbox.get()[0]?.id}`)
  expect(screen.getByText('A hundred turns wait already.')).toBeVisible()
  expect(button('Retry')).toBeVisible()
  expect(button('Copy')).toBeVisible()
  fireEvent.click(screen.getByRole('button', { name: 'Discard' }))
  expect(outbox.get()).toEqual([])
})
