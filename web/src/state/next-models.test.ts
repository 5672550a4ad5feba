import { renderHook } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { setNextModels, takeNextModels, useNextModels } from './next-models'

const of = (...names: string[]) => names.map((name) => ({ providerId: 'p', modelId: name }))
beforeEach(() => localStorage.clear())

test('they are kept for their draft until it is sent', () => {
  setNextModels('s', of('a', 'b'))
  setNextModels('t', of('c', 'd'))
  expect(JSON.parse(localStorage.getItem('cowork.compare.s') ?? '')).toEqual(of('a', 'b'))
  expect(takeNextModels('s')).toEqual({ models: of('a', 'b') })
  expect(takeNextModels('s')).toBeUndefined()
  expect(localStorage.getItem('cowork.compare.s')).toBeNull()
  expect(takeNextModels('t')).toEqual({ models: of('c', 'd') })
})

test('one alone is no comparison, and more than the server takes are not kept', () => {
  setNextModels('s', of('a'))
  expect(takeNextModels('s')).toBeUndefined()
  setNextModels('s', of('a', 'b', 'c', 'd', 'e'))
  expect(takeNextModels('s')?.models).toHaveLength(4)
})

test.each(['{', '7', '[{"providerId":7}]', '[null]'])(
  'what is stored and makes no sense is none: %s',
  (text) => {
    localStorage.setItem('cowork.compare.broken', text)
    expect(renderHook(() => useNextModels('broken')).result.current).toEqual([])
  },
)

test('a reload finds them', () => {
  localStorage.setItem('cowork.compare.later', JSON.stringify(of('a', 'b')))
  expect(renderHook(() => useNextModels('later')).result.current).toEqual(of('a', 'b'))
})
