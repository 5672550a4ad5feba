import { describe, expect, it } from 'vitest'
import { inText, keyNames, matches, SHORTCUTS, shortcut } from './shortcuts'

function press(
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false, ...held }
}

describe('matches', () => {
  const newChat = shortcut('newChat').combination

  it('takes Ctrl elsewhere and Cmd on a Mac', () => {
    expect(matches(press('O', { ctrlKey: true, shiftKey: true }), newChat, false)).toBe(true)
    expect(matches(press('O', { ctrlKey: true, shiftKey: true }), newChat, true)).toBe(false)
    expect(matches(press('o', { metaKey: true, shiftKey: true }), newChat, true)).toBe(true)
  })

  it('wants exactly its modifiers', () => {
    expect(matches(press('o', { ctrlKey: true }), newChat, false)).toBe(false)
    expect(matches(press('o', { ctrlKey: true, shiftKey: true, altKey: true }), newChat, false)).toBe(false)
    expect(matches(press('Escape'), shortcut('focusComposer').combination, false)).toBe(false)
    expect(matches(press('Escape', { shiftKey: true }), shortcut('stop').combination, false)).toBe(false)
  })

  it('finds a sign with or without Shift, as the keyboard has it', () => {
    expect(matches(press('/', { ctrlKey: true, shiftKey: true }), shortcut('sheet').combination, false)).toBe(
      true,
    )
    expect(matches(press('?'), shortcut('sheetPlain').combination, false)).toBe(true)
  })

  it('leaves an input method alone', () => {
    expect(matches({ ...press('Escape'), isComposing: true }, shortcut('stop').combination, false)).toBe(
      false,
    )
  })
})

it('no two shortcuts share their keys in one place', () => {
  const seen = SHORTCUTS.map(({ combination, where }) => JSON.stringify([combination, where === 'composer']))
  expect(new Set(seen).size).toBe(SHORTCUTS.length)
})

it('names the keys as they are on the keyboard', () => {
  expect(keyNames(shortcut('deleteSession').combination, false)).toEqual(['Ctrl', 'Shift', 'Backspace'])
  expect(keyNames(shortcut('deleteSession').combination, true)).toEqual(['⌘', '⇧', '⌫'])
  expect(keyNames(shortcut('sheetPlain').combination, false)).toEqual(['?'])
})

it('knows where text is written', () => {
  const input = document.createElement('input')
  expect(inText(input)).toBe(true)
  input.type = 'checkbox'
  expect(inText(input)).toBe(false)
  expect(inText(document.createElement('textarea'))).toBe(true)
  expect(inText(document.body)).toBe(false)
})
