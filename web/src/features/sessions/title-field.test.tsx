import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import '../../i18n'
import { TitleField } from './title-field'

async function show() {
  const onSave = vi.fn()
  const onEnd = vi.fn()
  render(
    <>
      <TitleField title="Old" onSave={onSave} onEnd={onEnd} />
      <button type="button">elsewhere</button>
    </>,
  )
  const field = screen.getByRole('textbox', { name: 'Session title' })
  await waitFor(() => expect(field).toHaveFocus())
  return { onSave, onEnd, field }
}

it('takes the focus with the whole title selected; Enter saves', async () => {
  const { onSave, onEnd } = await show()
  await userEvent.keyboard('New{Enter}')
  expect(onSave).toHaveBeenCalledExactlyOnceWith('New')
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(true)
})

it('Esc takes it back', async () => {
  const { onSave, onEnd } = await show()
  await userEvent.keyboard('New{Escape}')
  expect(onSave).not.toHaveBeenCalled()
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(true)
})

it('leaving saves', async () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  const { onSave, onEnd } = await show()
  await userEvent.keyboard('New')
  await userEvent.click(screen.getByRole('button', { name: 'elsewhere' }))
  expect(onSave).toHaveBeenCalledExactlyOnceWith('New')
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(false)
})
