import { describe, expect, it } from 'vitest'
import { ALL, action } from './actions'
import { combinationOf, inText, keyNames, matches, problemOf } from './keys'

function press(
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false, ...held }
}

describe('matches', () => {
  const newChat = action('newChat').keys

  it('takes Ctrl elsewhere and Cmd on a Mac', () => {
    expect(matches(press('O', { ctrlKey: true, shiftKey: true }), newChat, false)).toBe(true)
    expect(matches(press('O', { ctrlKey: true, shiftKey: true }), newChat, true)).toBe(false)
    expect(matches(press('o', { metaKey: true, shiftKey: true }), newChat, true)).toBe(true)
  })

  it('wants exactly its modifiers', () => {
    expect(matches(press('o', { ctrlKey: true }), newChat, false)).toBe(false)
    expect(matches(press('o', { ctrlKey: true, shiftKey: true, altKey: true }), newChat, false)).toBe(false)
    expect(matches(press('Escape'), action('focusComposer').keys, false)).toBe(false)
    expect(matches(press('Escape', { shiftKey: true }), action('stop').keys, false)).toBe(false)
  })

  it('finds a sign with or without Shift, as the keyboard has it', () => {
    expect(matches(press('/', { ctrlKey: true, shiftKey: true }), action('sheet').keys, false)).toBe(true)
    expect(matches(press('?', { shiftKey: true }), action('sheetPlain').keys, false)).toBe(true)
  })

  it('leaves an input method alone, and what has no keys', () => {
    const composing = { ...press('Escape'), isComposing: true }
    expect(matches(composing, action('stop').keys, false)).toBe(false)
    expect(matches(press('Escape'), undefined, false)).toBe(false)
  })

  it('finds the combination that a press was read as', () => {
    const presses = [
      press('K', { ctrlKey: true, shiftKey: true }),
      press('Enter', { ctrlKey: true, altKey: true }),
      press(';', { ctrlKey: true, shiftKey: true }),
      press('F8'),
    ]
    for (const one of presses) expect(matches(one, combinationOf(one, false), false)).toBe(true)
    expect(combinationOf(press('Control', { ctrlKey: true }), false)).toBeUndefined()
  })
})

it('no two actions share their keys in one place, and none takes what browsers keep', () => {
  const bound = ALL.filter(({ keys }) => keys)
  const seen = bound.map(({ keys, where }) => JSON.stringify([keys, where === 'composer']))
  expect(new Set(seen).size).toBe(bound.length)
  for (const { keys, where } of bound) {
    if (keys) expect(problemOf(keys)).toBe(where ? problemOf(keys) && 'plain' : undefined)
  }
})

it('knows what the browser keeps and what would be typed', () => {
  expect(problemOf({ key: 't', mod: true })).toBe('kept')
  expect(problemOf({ key: 'y' })).toBe('plain')
  expect(problemOf({ key: 'y', alt: true })).toBe('plain')
  expect(problemOf({ key: 'y', mod: true, alt: true })).toBeUndefined()
  expect(problemOf({ key: 'f8' })).toBeUndefined()
  expect(problemOf({ key: 'escape', shift: true })).toBeUndefined()
})

it('names the keys as they are on the keyboard', () => {
  expect(keyNames(action('deleteSession').keys, false)).toEqual(['Ctrl', 'Shift', 'Backspace'])
  expect(keyNames(action('deleteSession').keys, true)).toEqual(['⌘', '⇧', '⌫'])
  expect(keyNames(action('sheetPlain').keys, false)).toEqual(['?'])
  expect(keyNames(undefined)).toEqual([])
})

it('knows where text is written', () => {
  const input = document.createElement('input')
  expect(inText(input)).toBe(true)
  input.type = 'checkbox'
  expect(inText(input)).toBe(false)
  expect(inText(document.createElement('textarea'))).toBe(true)
  expect(inText(document.body)).toBe(false)
})
