// What is being written and not sent yet, per session, kept over a reload.
//
// Always true: what was handed over is stored until it is safe elsewhere.
import { useCallback, useSyncExternalStore } from 'react'

const PREFIX = 'cowork.draft.'
const WRITE_DELAY_MS = 300

const texts = new Map<string, string>()
/** Out of the draft, and not safe yet. */
const handed = new Map<string, string>()
const listeners = new Set<() => void>()
const unsaved = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

function read(key: string): string {
  const known = texts.get(key)
  if (known !== undefined) return known
  const stored = localStorage.getItem(PREFIX + key) ?? ''
  texts.set(key, stored)
  return stored
}

function write(key: string, text: string): void {
  if (read(key) === text) return
  texts.set(key, text)
  unsaved.add(key)
  timer ??= setTimeout(save, WRITE_DELAY_MS)
  for (const listener of [...listeners]) listener()
}

function save(): void {
  clearTimeout(timer)
  timer = undefined
  for (const key of unsaved) {
    const text = joined(handed.get(key) ?? '', texts.get(key) ?? '')
    try {
      if (text === '') localStorage.removeItem(PREFIX + key)
      else localStorage.setItem(PREFIX + key, text)
    } catch {
      // The browser's store is full; the draft lives as long as the page.
    }
  }
  unsaved.clear()
}

/**
 * Empties a draft that `done` takes over. When that fails, or the page ends before, it is there again, before what was
 * written since.
 */
export function handOver(key: string, done: Promise<unknown>): void {
  const text = read(key)
  handed.set(key, text)
  write(key, '')
  const settled = () => {
    if (handed.get(key) === text) handed.delete(key)
    unsaved.add(key)
    save()
  }
  done.then(settled, () => {
    write(key, joined(text, read(key)))
    settled()
  })
}

function joined(first: string, second: string): string {
  return first && second ? `${first}\n\n${second}` : first || second
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('pagehide', save)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('pagehide', save)
  }
}

/** Puts a text behind what stands in a draft now, as a paragraph of its own. */
export function addToDraft(key: string, text: string): void {
  const before = read(key)
  write(key, before.trim() === '' ? text : `${before.trimEnd()}\n\n${text}`)
}

/** The draft of a session; `new` is the composer of the empty state. */
export function useDraft(key: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(subscribe, () => read(key))
  return [text, useCallback((next: string) => write(key, next), [key])]
}
