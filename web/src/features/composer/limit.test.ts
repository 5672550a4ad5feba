import { expect, it } from 'vitest'
import { MOST_BYTES, roomFor, sizeText } from './limit'

it('says nothing while there is plenty of room', () => {
  expect(roomFor('')).toEqual({ state: 'plenty' })
  expect(roomFor('a'.repeat(899_999))).toEqual({ state: 'plenty' })
})

it('tells the room left near the limit', () => {
  expect(roomFor('a'.repeat(950_000))).toEqual({ state: 'near', leftBytes: 50_000 })
  expect(roomFor('a'.repeat(MOST_BYTES))).toEqual({ state: 'near', leftBytes: 0 })
})

it('counts bytes, not characters', () => {
  expect(roomFor('€'.repeat(333_334))).toEqual({ state: 'over', overBytes: 2 })
})

it('writes sizes for people', () => {
  expect(sizeText(2)).toBe('2 B')
  expect(sizeText(50_400)).toBe('50 kB')
})
