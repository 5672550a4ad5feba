import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import '../../i18n'
import { TagsDialog } from './tags-dialog'

function show(tags: string[]) {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  const onSave = vi.fn()
  const onClose = vi.fn()
  render(<TagsDialog title="Tags of “One”" tags={tags} onClose={onClose} onSave={onSave} />)
  return { onSave, onClose, field: screen.getByRole('textbox', { name: 'Add a tag' }) }
}

it('Enter and commas take tags in; Enter in the empty field saves', async () => {
  const { onSave, onClose, field } = show(['old'])
  await userEvent.type(field, 'first,second{Enter}')
  expect(screen.getAllByRole('button', { name: /^Remove the tag/ })).toHaveLength(3)
  expect(onSave).not.toHaveBeenCalled()
  await userEvent.type(field, '{Enter}')
  expect(onSave).toHaveBeenCalledExactlyOnceWith(['old', 'first', 'second'])
  expect(onClose).toHaveBeenCalledOnce()
})

it('what stands in the field is saved too; removed ones are not', async () => {
  const { onSave, field } = show(['old', 'older'])
  await userEvent.click(screen.getByRole('button', { name: 'Remove the tag “old”' }))
  await userEvent.type(field, 'new')
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(onSave).toHaveBeenCalledExactlyOnceWith(['older', 'new'])
})

it('Escape keeps what was', async () => {
  const { onSave, onClose, field } = show(['old'])
  await userEvent.type(field, 'new{Escape}')
  expect(onClose).toHaveBeenCalledOnce()
  expect(onSave).not.toHaveBeenCalled()
})
