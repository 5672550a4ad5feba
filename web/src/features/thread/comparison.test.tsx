import { act, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import '../../i18n'
import { api } from '../../api/routes'
import type { ChatMessage } from '../../api/types'
import { useThread } from '../../state'
import { message, SESSION, session, snapshot } from '../../state/scripts'
import { forgetThreads, threadOf } from '../../state/threads'
import { TooltipProvider } from '../../ui/tooltip'
import { MessageRow } from './message-row'
import { RowActionsContext } from './row-context'

const ACTIONS = { sessionId: SESSION, edit: () => {}, quote: () => {}, focus: () => {}, hold: () => {} }
let group = 0

beforeEach(() => {
  group += 1 // what was opened and closed is kept by group
  vi.spyOn(api, 'models').mockResolvedValue({
    items: [],
    nextCursor: null,
    defaultProviderId: 'p',
    defaultModelId: 'ada',
    unavailable: [],
  })
  vi.spyOn(api, 'cancelMessage').mockImplementation(async (_, id) => message(id))
  vi.spyOn(api, 'sendNow').mockImplementation(async (_, id) => message(id))
  vi.spyOn(api, 'updateSession').mockResolvedValue(session())
  vi.spyOn(api, 'regenerate').mockResolvedValue({ assistantMessage: message('x'), lastEventId: 9 })
})
afterEach(forgetThreads)

const question = message('q', { role: 'user', content: 'Who?' })
const answer = (id: string, index: number, part: Partial<ChatMessage> = {}) =>
  message(id, {
    parentId: 'q',
    content: `I am ${id}`,
    metadata: {
      comparison: { group: `g${group}`, index, of: 2 },
      routing: { asked: { providerId: 'p', modelId: id }, attempts: [] },
    },
    ...part,
  })

function Rows({ id, last }: { id: string; last: boolean }) {
  const view = useThread(SESSION)
  return (
    <MessageRow
      sessionId={SESSION}
      id={id}
      place={view.placeOf(id)}
      running={view.running.includes(id)}
      position={1}
      count={2}
      last={last}
      current
      found={false}
      editing={false}
    />
  )
}

/** The row of `active`, with the other answers as a snapshot brings them. */
async function row(
  before: ChatMessage[],
  answers: ChatMessage[],
  active = answers[0]?.id ?? '',
  last = true,
) {
  const shown = answers.filter(({ id }) => id === active)
  vi.spyOn(api, 'chat').mockResolvedValue(
    snapshot([...before, question, ...shown], {
      compared: answers.filter(({ id }) => id !== active),
      branches: [{ parentId: 'q', messageIds: answers.map(({ id }) => id) }],
      lastEventId: 1,
    }),
  )
  await threadOf(SESSION).reload()
  await act(async () => {
    render(
      <TooltipProvider>
        <RowActionsContext value={ACTIONS}>
          <Rows id={active} last={last} />
        </RowActionsContext>
      </TooltipProvider>,
    )
  })
}
const column = (model: string) => screen.queryByRole('region', { name: `${model} · p` })
const press = (name: string, within_ = document.body) =>
  act(async () => void fireEvent.click(within(within_).getByRole('button', { name })))

describe('answers to compare', () => {
  test('stand side by side at the end until one is chosen, and are opened again by wish', async () => {
    await row([], [answer('ada', 0), answer('bert', 1)])
    expect(column('ada')).toHaveTextContent('I am ada')
    expect(column('bert')).toHaveTextContent('I am bert')
    await press('Go on with this one: bert')
    expect(api.updateSession).toHaveBeenCalledWith(SESSION, expect.objectContaining({ activeLeafId: 'bert' }))
    expect(column('ada')).toBeNull()
    await press('Compare again')
    expect(column('bert')).toBeVisible()
    await press('Show one answer only')
    expect(column('bert')).toBeNull()
  })

  test('are one answer where the conversation has gone on, or another than the first is active', async () => {
    await row([], [answer('ada', 0), answer('bert', 1)], 'ada', false)
    expect(column('ada')).toBeNull()
    expect(screen.getByText('I am ada')).toBeVisible()
  })

  test('stay side by side while one of them runs, whatever was queued meanwhile', async () => {
    await row([], [answer('ada', 0), answer('bert', 1, { status: 'streaming' })], 'ada', false)
    expect(column('bert')).toBeVisible()
    await press('Stop bert')
    expect(api.cancelMessage).toHaveBeenCalledWith(SESSION, 'bert', expect.anything())
    expect(within(column('ada') as HTMLElement).queryByRole('button', { name: 'Stop ada' })).toBeNull()
  })

  test('wait, start and are dropped as one', async () => {
    const running = message('r', { status: 'streaming', createdAt: 500 })
    const pending = { status: 'pending', content: '' } as const
    await row([running], [answer('ada', 0, pending), answer('bert', 1, pending)])
    expect(screen.getAllByText('Waiting: next in line')).toHaveLength(1)
    await press('Send now')
    expect(api.sendNow).toHaveBeenCalledTimes(1)
    await press('Drop')
    expect(vi.mocked(api.cancelMessage).mock.calls.map(([, id]) => id)).toEqual(['ada', 'bert'])
  })

  test('one that failed is tried again by its own model, in its place', async () => {
    const error = { code: 'provider_server', message: 'It broke.', retryable: true }
    await row([], [answer('ada', 0), answer('bert', 1, { status: 'error', content: '', error })])
    await press('Try again', column('bert') as HTMLElement)
    expect(api.regenerate).toHaveBeenCalledWith(
      SESSION,
      'bert',
      expect.objectContaining({ providerId: 'p', modelId: 'bert' }),
    )
    expect(column('bert'), 'still side by side').toBeVisible()
  })

  test('the arrow keys lead from one to the next', async () => {
    HTMLElement.prototype.scrollIntoView = () => {}
    await row([], [answer('ada', 0), answer('bert', 1)])
    const [first, second] = [column('ada') as HTMLElement, column('bert') as HTMLElement]
    first.focus()
    fireEvent.keyDown(first, { key: 'ArrowRight' })
    expect(second).toHaveFocus()
    fireEvent.keyDown(second, { key: 'ArrowRight' })
    expect(second, 'the end is the end').toHaveFocus()
    fireEvent.keyDown(second, { key: 'ArrowLeft' })
    expect(first).toHaveFocus()
  })
})
