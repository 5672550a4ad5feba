/** One action of the palette, with the keys that do the same. */
import { Zap } from 'lucide-react'
import { useKeyNames } from '../../parts/actions/bindings'
import type { Named } from '../../parts/actions/find'
import { Kbd } from '../../ui/kbd'

export function ActionRow({ action: { id, name } }: { action: Named }) {
  const keys = useKeyNames(id)
  return (
    <span className="search__row">
      <Zap size={15} aria-hidden className="search__icon" />
      <span className="search__title">{name}</span>
      {keys.length > 0 ? <Kbd keys={keys} /> : null}
    </span>
  )
}
