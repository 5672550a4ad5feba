import { beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => {
  vi.resetModules()
  localStorage.clear()
  delete document.documentElement.dataset.theme
})

it('a chosen theme is on the page and survives a reload', async () => {
  const first = await import('./look')
  first.followLook()
  first.changeLook({ theme: 'dark' })
  expect(document.documentElement.dataset.theme).toBe('dark')

  delete document.documentElement.dataset.theme
  vi.resetModules()
  const reloaded = await import('./look')
  reloaded.followLook()
  expect(document.documentElement.dataset.theme).toBe('dark')
})

it('back to the system leaves no mark', async () => {
  const { changeLook } = await import('./look')
  changeLook({ theme: 'light' })
  changeLook({ theme: 'system' })
  expect(document.documentElement.dataset.theme).toBeUndefined()
  expect(localStorage.getItem('cowork.look')).toBe('{}')
})

it('nonsense in the storage is as if nothing were stored', async () => {
  localStorage.setItem('cowork.look', '{"theme":"neon"')
  const { followLook } = await import('./look')
  followLook()
  expect(document.documentElement.dataset.theme).toBeUndefined()
})
