import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import '../../i18n'
import type { ProviderView } from '../../state'
import { FirstRun } from './first-run'

const state = vi.hoisted(() => ({
  items: [] as ProviderView[],
  addTested: vi.fn(),
  keepProvider: vi.fn(async () => {}),
}))

vi.mock('../../state', async (original) => ({
  ...(await original<typeof import('../../state')>()),
  useProviders: () => ({ status: 'ready', items: state.items, services: [], reload: () => {} }),
  useModels: () => ({ status: 'ready', list: undefined, find: () => undefined, reload: () => {} }),
  addTested: state.addTested,
  keepProvider: state.keepProvider,
}))

const ollama: ProviderView = {
  id: 'ollama',
  kind: 'ollama',
  baseUrl: 'http://127.0.0.1:11434',
  models: [],
  source: 'found',
  locked: false,
  key: { present: false },
}

it('a server that was found is used only when the person says so', async () => {
  state.items = [ollama]
  const onReady = vi.fn()
  render(<FirstRun onReady={onReady} />)
  expect(state.keepProvider).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Use Ollama' }))
  expect(state.keepProvider).toHaveBeenCalledExactlyOnceWith('ollama')
  expect(onReady).toHaveBeenCalledOnce()
})

it('whose key it is, is shown and can be put right; only the button sends it', async () => {
  state.items = []
  state.addTested.mockResolvedValue({ ok: false, detail: 'Wrong key.' })
  const onReady = vi.fn()
  render(<FirstRun onReady={onReady} />)
  const service = screen.getByRole('combobox', { name: 'Service' })
  await userEvent.type(screen.getByLabelText('Key'), 'sk-ant-x')
  expect(service).toHaveValue('anthropic')
  await userEvent.selectOptions(service, 'openai')
  await userEvent.type(screen.getByLabelText('Key'), 'y')
  expect(service).toHaveValue('openai')
  expect(state.addTested).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Use this key' }))
  expect(state.addTested).toHaveBeenCalledExactlyOnceWith({ id: 'openai', kind: 'openai', key: 'sk-ant-xy' })
  expect(screen.getByRole('alert')).toHaveTextContent('Wrong key.')
  expect(onReady).not.toHaveBeenCalled()
})

it('a service and a server on this computer can be at another address', async () => {
  state.items = []
  state.addTested.mockReset().mockResolvedValue({ ok: true, detail: '' })
  const onReady = vi.fn()
  render(<FirstRun onReady={onReady} />)
  await userEvent.type(screen.getByLabelText('Key'), 'sk-ant-x')
  await userEvent.click(screen.getByRole('button', { name: 'At another address' }))
  expect(screen.getByLabelText('Address')).toHaveFocus()
  await userEvent.paste('https://gateway.example.org/v1')
  await userEvent.click(screen.getByRole('button', { name: 'Use this key' }))
  expect(state.addTested).toHaveBeenLastCalledWith({
    id: 'anthropic',
    kind: 'anthropic',
    baseUrl: 'https://gateway.example.org/v1',
    key: 'sk-ant-x',
  })
  await userEvent.click(screen.getByRole('button', { name: 'Give an address' }))
  const dialog = within(screen.getByRole('dialog'))
  await userEvent.selectOptions(dialog.getByLabelText('Service'), 'ollama')
  await userEvent.clear(dialog.getByLabelText('Address'))
  await userEvent.paste('http://box:11434')
  await userEvent.click(dialog.getByRole('button', { name: 'Add and test' }))
  expect(state.addTested).toHaveBeenLastCalledWith({
    id: 'ollama',
    kind: 'ollama',
    baseUrl: 'http://box:11434',
  })
  expect(onReady).toHaveBeenCalledTimes(2)
})
