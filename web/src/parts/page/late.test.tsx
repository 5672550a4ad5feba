import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { late } from './late'

function Part({ name }: { name: string }) {
  return <p>{`the part called ${name}`}</p>
}

test('a part that could not be fetched says so, and comes when it is tried again', async () => {
  const load = vi.fn().mockRejectedValueOnce(new TypeError('no network')).mockResolvedValue(Part)
  const Late = late<{ name: string }>(load)
  render(<Late name="one" />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  await screen.findByText('the part called one')
  expect(load).toHaveBeenCalledTimes(2)
})

test('a part that was fetched once is shown at once', async () => {
  const load = vi.fn().mockResolvedValue(Part)
  const Late = late<{ name: string }>(load)
  const first = render(<Late name="one" />)
  await screen.findByText('the part called one')
  first.unmount()
  render(<Late name="two" />)
  screen.getByText('the part called two')
  expect(load).toHaveBeenCalledTimes(1)
})
