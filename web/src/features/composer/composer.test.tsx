import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import * as state from '../../state'
import { TooltipProvider } from '../../ui/tooltip'
import { Composer, type ComposerProps } from './composer'

let running: readonly string[] = []

vi.mock('../../state', async () => {
  const {
    attachFiles,
    changePreferences,
    handOver,
    removeFile,
    takeFiles,
    useDraft,
    useDraftFiles,
    useInsertions,
    usePreferences,
  } = await vi.importActual<typeof state>('../../state')
  return {
    attachFiles,
    changePreferences,
    handOver,
    removeFile,
    takeFiles,
    useDraft,
    useDraftFiles,
    useDraftFileUrl: () => undefined,
    useSettings: () => ({ settings: undefined }),
    useInsertions,
    usePreferences,
    useRunning: () => running,
    usePresets: () => ({ personas: [{ id: 'p', name: 'Plain' }], prompts: [{ id: 'g', name: 'greet' }] }),
    useModels: () => ({ list: undefined }),
    useSessionsNamed: (typed: string | undefined) =>
      typed === undefined
        ? []
        : [
            { id: '01-a', title: 'The [plan]' },
            { id: 's', title: 'The open one' },
          ],
    promptsOf: () => ['newest', 'two\nlines', 'oldest'],
    cancelMessage: vi.fn(() => new Promise(() => undefined)),
  }
})

beforeEach(() => {
  running = []
  state.changePreferences({ sendKey: 'enter' })
  vi.mocked(state.cancelMessage).mockClear()
})

function show(props: Partial<ComposerProps> = {}) {
  const onSend = vi.fn<ComposerProps['onSend']>(() => undefined)
  const composer = () => (
    <TooltipProvider>
      <Composer sessionId="s" onSend={onSend} model={null} {...props} />
    </TooltipProvider>
  )
  const { rerender } = render(composer())
  const field = screen.getByRole('textbox', { name: 'Message' })
  // The draft of an earlier test.
  fireEvent.change(field, { target: { value: '' } })
  return {
    onSend: (props.onSend as typeof onSend) ?? onSend,
    field,
    runs: (id: string | null) => {
      running = id ? [id] : []
      rerender(composer())
    },
  }
}

describe('Enter', () => {
  it('sends the text without blanks around it and empties the field', async () => {
    const { onSend, field } = show()
    await userEvent.type(field, '  Hello{Enter}')
    expect(onSend).toHaveBeenCalledExactlyOnceWith('Hello', {})
    expect(field).toHaveValue('')
  })

  it('with Shift makes a line', async () => {
    const { onSend, field } = show()
    await userEvent.type(field, 'one{Shift>}{Enter}{/Shift}two')
    expect(onSend).not.toHaveBeenCalled()
    expect(field).toHaveValue('one\ntwo')
  })

  it('that ends a composition sends nothing', async () => {
    const { onSend, field } = show()
    await userEvent.type(field, '日本')
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 })
    expect(onSend).not.toHaveBeenCalled()
  })

  it('sends no blank message', async () => {
    const { onSend, field } = show()
    await userEvent.type(field, '   {Enter}')
    expect(onSend).not.toHaveBeenCalled()
  })
})

it('twice on a slow server hands one message over', async () => {
  const onSend = vi.fn(() => new Promise<void>(() => undefined))
  const { field } = show({ sessionId: null, onSend })
  await userEvent.type(field, 'Hello{Enter}More{Enter}')
  expect(onSend).toHaveBeenCalledExactlyOnceWith('Hello', {})
})

describe('with Mod+Enter for sending', () => {
  beforeEach(() => state.changePreferences({ sendKey: 'mod-enter' }))

  it('Enter makes a line', async () => {
    const { onSend, field } = show()
    await userEvent.type(field, 'one{Enter}two')
    expect(onSend).not.toHaveBeenCalled()
    expect(field).toHaveValue('one\ntwo')
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(onSend).toHaveBeenCalledExactlyOnceWith('one\ntwo', {})
  })

  it('queues while an answer runs, and does not stop it', async () => {
    running = ['m']
    const { onSend, field } = show()
    await userEvent.type(field, 'next{Control>}{Enter}{/Control}')
    expect(onSend).toHaveBeenCalledExactlyOnceWith('next', {})
  })
})

it('leaves what is written while it hands over', async () => {
  let taken: () => void = () => {}
  const onSend = vi.fn(() => new Promise<void>((resolve) => (taken = resolve)))
  const { field } = show({ sessionId: null, onSend })
  await userEvent.type(field, 'Hello{Enter}')
  expect(field).toHaveValue('')
  await userEvent.type(field, 'More')
  taken()
  await waitFor(() => expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled())
  expect(field).toHaveValue('More')
})

it('keeps the text when it could not be handed over', async () => {
  const onSend = vi.fn(() => Promise.reject(new Error('no')))
  const { field } = show({ sessionId: null, onSend })
  await userEvent.type(field, 'Hello{Enter}')
  await waitFor(() => expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled())
  expect(field).toHaveValue('Hello')
})

describe('while an answer runs', () => {
  beforeEach(() => {
    running = ['m']
  })

  it('queues by Enter and says so', async () => {
    const { onSend, field } = show()
    expect(screen.getByRole('button', { name: 'Queue' })).toBeInTheDocument()
    await userEvent.type(field, 'next{Enter}')
    expect(onSend).toHaveBeenCalledWith('next', {})
  })

  it('sends now by Mod+Enter, or by the button that comes with the text', async () => {
    const { onSend, field } = show()
    expect(screen.queryByRole('button', { name: 'Send now' })).toBeNull()
    await userEvent.type(field, 'first{Control>}{Enter}{/Control}')
    expect(onSend).toHaveBeenLastCalledWith('first', { now: true })
    await userEvent.type(field, 'second')
    await userEvent.click(screen.getByRole('button', { name: 'Send now' }))
    expect(onSend).toHaveBeenLastCalledWith('second', { now: true })
  })

  it('stops once by Esc', async () => {
    const { field } = show()
    await userEvent.type(field, '{Escape}{Escape}')
    expect(state.cancelMessage).toHaveBeenCalledExactlyOnceWith('s', 'm')
    expect(screen.getByRole('button', { name: 'Stopping…' })).toHaveAttribute('aria-disabled', 'true')
  })

  it('stops the same answer again once it was continued', async () => {
    const { field, runs } = show()
    await userEvent.type(field, '{Escape}')
    runs(null)
    runs('m')
    expect(screen.getByRole('button', { name: 'Stop' })).toBeEnabled()
    await userEvent.type(field, '{Escape}')
    expect(state.cancelMessage).toHaveBeenCalledTimes(2)
  })
})

it('says why it can’t send', () => {
  const { field } = show()
  const send = screen.getByRole('button', { name: 'Send' })
  expect(send).toHaveAttribute('aria-disabled', 'true')
  expect(send).toHaveAttribute('aria-description', 'Write a message first')
  fireEvent.change(field, { target: { value: 'a'.repeat(1_000_001) } })
  expect(send).toHaveAttribute('aria-description', 'The message is too long')
  expect(screen.getByRole('status')).toHaveTextContent('1 B over the limit of 1 MB')
})

describe('a slash command', () => {
  const fork = vi.fn()
  const rename = vi.fn()
  const newChat = vi.fn()

  function Answers() {
    useAction('fork', fork)
    useAction('rename', rename)
    useAction('newChat', newChat)
    return null
  }

  function showWithAnswers() {
    render(<Answers />)
    return show()
  }

  beforeEach(() => {
    for (const answer of [fork, rename, newChat]) answer.mockClear()
  })

  it('is offered as it is written, walked by arrows and run by Enter', async () => {
    const { field, onSend } = showWithAnswers()
    await userEvent.type(field, '/')
    const options = screen.getAllByRole('option')
    expect(options.map((option) => option.textContent)).toEqual([
      '/newBegin a new chat',
      '/rename titleGive this session another title',
      '/forkBranch this conversation into a new session',
    ])
    await userEvent.keyboard('{ArrowUp}')
    expect(field).toHaveAttribute('aria-activedescendant', options[2]?.id)
    await userEvent.keyboard('{Enter}')
    expect(fork).toHaveBeenCalledOnce()
    expect(field).toHaveValue('')
    expect(onSend).not.toHaveBeenCalled()
  })

  it('takes its words along', async () => {
    const { field, onSend } = showWithAnswers()
    await userEvent.type(field, '/re{Tab}')
    expect(field).toHaveValue('/rename ')
    await userEvent.type(field, 'Budget 2027')
    expect(screen.getByText('Give this session another title')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    expect(rename).toHaveBeenCalledExactlyOnceWith('Budget 2027')
    expect(onSend).not.toHaveBeenCalled()
  })

  it('put away by Esc is text, and so is what only looks like one', async () => {
    const { field, onSend } = showWithAnswers()
    await userEvent.type(field, '/new{Escape}{Enter}')
    expect(onSend).toHaveBeenLastCalledWith('/new', {})
    await userEvent.type(field, '/etc/hosts is a file{Enter}')
    expect(onSend).toHaveBeenLastCalledWith('/etc/hosts is a file', {})
    expect(newChat).not.toHaveBeenCalled()
  })
})

describe('an @', () => {
  const usePrompt = vi.fn()
  const choosePersona = vi.fn()

  function Answers() {
    useAction('usePrompt', usePrompt)
    useAction('instructions', choosePersona)
    return null
  }

  const names = () => screen.queryAllByRole('option').map((option) => option.textContent)

  it('names a session, which is then a link in the text', async () => {
    const { field, onSend } = show()
    await userEvent.type(field, 'See @')
    expect(names()).toEqual(['The [plan]Session', 'greetPrompt'])
    expect(field).toHaveAttribute('aria-activedescendant', screen.getAllByRole('option')[0]?.id)
    await userEvent.keyboard('pl{Enter}now')
    expect(field).toHaveValue('See [@The \\[plan\\]](cowork:session/01-a) now')
    expect(names()).toEqual([])
    await userEvent.keyboard('{Enter}')
    expect(onSend).toHaveBeenCalledWith('See [@The \\[plan\\]](cowork:session/01-a) now', {})
  })

  it('put away by Esc, or without anything that fits, is text', async () => {
    const { field, onSend } = show()
    await userEvent.type(field, '@pl{Escape}an{Enter}')
    expect(onSend).toHaveBeenLastCalledWith('@plan', {})
    await userEvent.type(field, 'me@plan, @nobody{Enter}')
    expect(onSend).toHaveBeenLastCalledWith('me@plan, @nobody', {})
  })

  it('leaves Enter to what composes letters', async () => {
    const { field, onSend } = show()
    await userEvent.type(field, '@pl')
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
    expect(field).toHaveValue('@pl')
    expect(onSend).not.toHaveBeenCalled()
  })

  it('inserts a prompt by its own way', async () => {
    render(<Answers />)
    const { field } = show()
    await userEvent.type(field, 'Well, @gr')
    await userEvent.click(screen.getByRole('option'))
    expect(usePrompt).toHaveBeenCalledExactlyOnceWith('greet')
    expect(field).toHaveValue('Well, ')
  })

  it('is not needed behind a command that takes a name', async () => {
    render(<Answers />)
    const { field } = show()
    await userEvent.type(field, '/persona pl')
    expect(names()).toEqual(['Plain'])
    await userEvent.keyboard('{Enter}')
    expect(choosePersona).toHaveBeenCalledExactlyOnceWith('Plain')
    expect(field).toHaveValue('')
  })
})

it('brings earlier prompts back by the up arrow, and leaves what one has written alone', async () => {
  const { field } = show()
  await userEvent.type(field, '{ArrowUp}')
  expect(field).toHaveValue('newest')
  await userEvent.keyboard('{ArrowUp}')
  expect(field).toHaveValue('two\nlines')
  await userEvent.keyboard('{ArrowDown}')
  expect(field).toHaveValue('newest')
  await userEvent.keyboard('{ArrowDown}')
  expect(field).toHaveValue('')
  await userEvent.type(field, 'mine{ArrowUp}')
  expect(field).toHaveValue('mine')
})
