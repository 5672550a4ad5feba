import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import '../../i18n'
import { FallbackList } from './fallback-list'

function Kept({ locked = false }: { locked?: boolean }) {
  const [list, setList] = useState<readonly string[]>(['a/1', 'b/2'])
  return <FallbackList list={list} models={[]} locked={locked} onChange={setList} />
}

const shown = () => screen.getAllByRole('listitem').map((row) => row.textContent)

it('is moved by buttons and by Alt with an arrow key, and the focus goes along', async () => {
  render(<Kept />)
  await userEvent.click(screen.getByRole('button', { name: 'Move b/2 up' }))
  expect(shown()).toEqual(['1b/2', '2a/1'])
  expect(screen.getByRole('status')).toHaveTextContent('b/2 is number 1 of 2 now.')
  screen.getByRole('button', { name: 'Take b/2 out' }).focus()
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
  expect(shown()).toEqual(['1a/1', '2b/2'])
  expect(screen.getByRole('button', { name: 'Take b/2 out' })).toHaveFocus()
})

it('what is taken out hands the focus on', async () => {
  render(<Kept />)
  await userEvent.click(screen.getByRole('button', { name: 'Take a/1 out' }))
  expect(shown()).toEqual(['1b/2'])
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('Take b/2 out')
})

it('can’t be changed where the file sets it', () => {
  render(<Kept locked />)
  expect(screen.queryByRole('button')).toBeNull()
})
