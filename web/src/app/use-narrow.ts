/** Whether the window is too narrow for a rail beside the conversation. `frame.css` draws the same line. */
import { useSyncExternalStore } from 'react'

const query = '(max-width: 899px)'

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
