import { act, renderHook } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { bind, isChanged, keysOf, resetKeys, useKeyNames } from './bindings'

afterEach(resetKeys)

it('gives an action other keys, keeps only what differs, and takes them back', () => {
  expect(bind('settings', { key: 'e', mod: true, alt: true })).toBeUndefined()
  expect(keysOf('settings')).toEqual({ key: 'e', mod: true, alt: true })
  expect(JSON.parse(localStorage.getItem('cowork.keys') ?? '')).toEqual({
    settings: { key: 'e', mod: true, alt: true },
  })
  expect(bind('settings', { key: ',', mod: true })).toBeUndefined()
  expect(isChanged('settings')).toBe(false)
  expect(localStorage.getItem('cowork.keys')).toBeNull()
})

it('takes keys away, so that another action can have them', () => {
  const keys = { key: 'o', mod: true, shift: true }
  expect(bind('settings', keys)).toEqual({ taken: 'newChat' })
  expect(bind('newChat', undefined)).toBeUndefined()
  expect(keysOf('newChat')).toBeUndefined()
  expect(bind('settings', keys)).toBeUndefined()
  // And its own default is no longer to be had.
  expect(bind('newChat', keys)).toEqual({ taken: 'settings' })
})

it('refuses what the browser keeps and what would be typed', () => {
  expect(bind('settings', { key: 'w', mod: true })).toEqual({ problem: 'kept' })
  expect(bind('settings', { key: 'a' })).toEqual({ problem: 'plain' })
  expect(bind('stop', { key: 'f8' })).toBeUndefined()
})

it('follows another tab, and lets go of what it does not know', () => {
  const { result } = renderHook(() => useKeyNames('settings'))
  expect(result.current).toEqual(['Ctrl', ','])
  localStorage.setItem('cowork.keys', '{"settings":{"key":"f8"},"gone":{"key":"x"},"sheet":7}')
  act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'cowork.keys' })))
  expect(result.current).toEqual(['F8'])
  expect(keysOf('sheet')).toEqual({ key: '/', mod: true })
})
