import { afterEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import { api } from '../api/routes'
import { codeIn, startState } from './auth'

let stop: () => void = () => {}

afterEach(() => {
  stop()
  history.replaceState(null, '', '/')
})

test('a code is found in a link, in a fragment and alone', () => {
  expect(codeIn(' abc-1 ')).toBe('abc-1')
  expect(codeIn('http://127.0.0.1:7317/#code=abc-1')).toBe('abc-1')
  expect(codeIn('#code=abc-1&x=2')).toBe('abc-1')
  expect(codeIn('#other')).toBe('')
  expect(codeIn('')).toBe('')
})

test('the code leaves the address before it is used, and the token is kept for this tab alone', async () => {
  vi.spyOn(api, 'sessions').mockRejectedValue(ApiError.network())
  const exchange = vi.spyOn(api, 'exchange').mockImplementation(async () => {
    expect(location.hash).toBe('')
    return { token: 'secret' }
  })
  history.replaceState(null, '', '/s/one?x=1#code=abc')
  stop = startState()
  expect(location.pathname + location.search + location.hash).toBe('/s/one?x=1')
  expect(exchange).toHaveBeenCalledWith('abc')
  await vi.waitFor(() => expect(sessionStorage.getItem('cowork.token')).toBe('secret'))
  expect(JSON.stringify(localStorage)).not.toContain('secret')
})
