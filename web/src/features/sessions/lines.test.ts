import { expect, it } from 'vitest'
import type { Folders, Session } from '../../state'
import { folderLines, linesOf, moved } from './lines'

const session = (id: string, folder?: string) => ({ id, ...(folder ? { folder } : {}) }) as Session
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

const folders = (
  open: string[],
  pages: [string, 'loading' | 'ready' | 'error', string | null][],
): Folders => ({
  open,
  pages: new Map(pages.map(([name, status, next]) => [name, { status, next }])),
})
const keys = (open: string[], pages: [string, 'loading' | 'ready' | 'error', string | null][]) =>
  folderLines(
    [
      { name: 'Work', count: 9 },
      { name: 'Home', count: 1 },
    ],
    folders(open, pages),
    [session('w1', 'Work'), session('x'), session('n', 'New'), session('w2', 'Work')],
  ).map((line) => line.key)

it('folders stand by name, also one that a session has just come into', () => {
  expect(keys([], [])).toEqual(['folder:Home', 'folder:New', 'folder:Work'])
})

it('an open folder holds its sessions, and a way to more while there is more', () => {
  const home = ['folder:Home', 'folder:New', 'folder:Work', 'w1', 'w2']
  expect(keys(['Work'], [['Work', 'ready', null]])).toEqual(home)
  expect(keys(['Work'], [['Work', 'ready', 'next']])).toEqual([...home, 'more:Work'])
  expect(keys(['Work'], [['Work', 'error', null]])).toEqual([...home, 'more:Work'])
  expect(keys(['Work'], [])).toEqual([...home, 'more:Work'])
})

it('the arrows stop at folders too', () => {
  const all = [...folderLines([{ name: 'Work', count: 2 }], folders([], []), []), ...lines]
  expect(moved(all, 0, 'ArrowDown')).toBe(2)
  expect(moved(all, 2, 'Home')).toBe(0)
})
