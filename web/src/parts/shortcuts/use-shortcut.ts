/** Who answers a shortcut: components register while they are mounted, one listener asks them. */
import { useEffect, useRef } from 'react'
import { inText, matches, SHORTCUTS, type ShortcutId } from './shortcuts'

/** Newest last: the innermost component that answers a shortcut wins. */
const handlers = new Map<ShortcutId, (() => void)[]>()

/** Runs `act` when the keys of `id` are pressed, while mounted and `enabled`. */
export function useShortcut(id: ShortcutId, act: () => void, enabled = true): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    if (!enabled) return
    const handler = () => latest.current()
    handlers.set(id, [...(handlers.get(id) ?? []), handler])
    return () => {
      handlers.set(
        id,
        (handlers.get(id) ?? []).filter((other) => other !== handler),
      )
    }
  }, [id, enabled])
}

/** Listens for the page's shortcuts. Once, in the app's frame. */
export function useShortcutListener(): void {
  useEffect(() => {
    const listen = (press: KeyboardEvent) => {
      if (press.defaultPrevented) return
      const hit = SHORTCUTS.find((entry) => entry.where !== 'composer' && matches(press, entry.combination))
      if (!hit || (hit.where === 'outside-text' && inText(press.target))) return
      const act = handlers.get(hit.id)?.at(-1)
      if (!act) return
      press.preventDefault()
      act()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
