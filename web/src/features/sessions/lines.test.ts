import { expect, it } from 'vitest'
import type { Session } from '../../state'
import { linesOf, moved } from './lines'

const session = (id: string) => ({ id }) as Session
const lines = linesOf([
  { key: 'pinned', items: [session('a')] },
  { key: 'today', items: [session('b'), session('c')] },
])

it('puts a heading before each group', () => {
  expect(lines.map((line) => line.key)).toEqual(['pinned', 'a', 'today', 'b', 'c'])
})

it('the arrows step over headings and stop at the ends', () => {
  expect(moved(lines, 1, 'ArrowDown')).toBe(3)
  expect(moved(lines, 3, 'ArrowUp')).toBe(1)
  expect(moved(lines, 1, 'ArrowUp')).toBeUndefined()
  expect(moved(lines, 4, 'ArrowDown')).toBeUndefined()
})

it('Home and End go to the first and the last session', () => {
  expect(moved(lines, 4, 'Home')).toBe(1)
  expect(moved(lines, 1, 'End')).toBe(4)
  expect(moved([], 0, 'End')).toBeUndefined()
})

it('other keys move nothing', () => {
  expect(moved(lines, 1, 'x')).toBeUndefined()
})
