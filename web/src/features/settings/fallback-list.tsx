/** Who stands in, in order: moved by buttons, or by Alt with an arrow key; what happened is said to screen readers. */
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import type { ModelEntry } from '../../state'
import { Button, IconButton } from '../../ui/button'
import { candidates, type Move, moved, without } from './fallback'
import { ModelMenu } from './model-menu'

export interface FallbackListProps {
  list: readonly string[]
  models: readonly ModelEntry[]
  locked: boolean
  onChange: (list: readonly string[]) => void
}

export function FallbackList({ list, models, locked, onChange }: FallbackListProps) {
  const t = useWords()
  const root = useRef<HTMLDivElement>(null)
  const [said, setSaid] = useState('')
  const offered = candidates(models, list)

  const move = (key: string, by: Move) => {
    const next = moved(list, key, by)
    if (next === list) return
    onChange(next)
    setSaid(t('routing.moved', { model: key, place: next.indexOf(key) + 1, count: next.length }))
  }
  const remove = (key: string) => {
    const place = list.indexOf(key)
    onChange(without(list, key))
    setSaid(t('routing.takenOut', { model: key }))
    // The focus goes to the neighbour, or to the way to add one.
    requestAnimationFrame(() => {
      const rows = root.current?.querySelectorAll<HTMLElement>('[data-remove]') ?? []
      const next = rows[Math.min(place, rows.length - 1)]
      ;(next ?? root.current?.querySelector<HTMLElement>('[data-add]'))?.focus()
    })
  }

  return (
    <div ref={root} className="fallback">
      {list.length > 0 ? (
        <ol className="fallback__list" aria-label={t('routing.fallback')}>
          {list.map((key, index) => (
            <Row
              key={key}
              name={key}
              place={index + 1}
              first={index === 0}
              last={index === list.length - 1}
              locked={locked}
              onMove={(by) => move(key, by)}
              onRemove={() => remove(key)}
            />
          ))}
        </ol>
      ) : (
        <p className="routing__quiet">{t('routing.fallbackEmpty')}</p>
      )}
      {locked ? null : (
        <div className="fallback__foot">
          <ModelMenu
            trigger={
              <Button
                data-add
                size="s"
                icon={<Plus size={14} aria-hidden />}
                disabled={offered.length === 0}
                title={offered.length === 0 ? t('routing.nothingToAdd') : undefined}
              >
                {t('routing.add')}
              </Button>
            }
            models={offered}
            value={undefined}
            onChoose={(key) => {
              onChange([...list, key])
              setSaid(t('routing.added', { model: key, place: list.length + 1 }))
            }}
          />
          {list.length > 1 ? <span className="routing__quiet">{t('routing.keys')}</span> : null}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  )
}

interface RowProps {
  name: string
  place: number
  first: boolean
  last: boolean
  locked: boolean
  onMove: (by: Move) => void
  onRemove: () => void
}

function Row({ name, place, first, last, locked, onMove, onRemove }: RowProps) {
  const t = useWords()
  const keys = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? 'up' : 'down')
  }
  return (
    <li className="fallback__row" {...(locked ? {} : { onKeyDown: keys })}>
      <span className="fallback__place" aria-hidden>
        {place}
      </span>
      <span className="fallback__name">{name}</span>
      {locked ? null : (
        <span className="fallback__tools">
          <IconButton
            label={t('routing.up', { model: name })}
            hint={first ? t('routing.first') : undefined}
            disabled={first}
            onClick={() => onMove('up')}
          >
            <ArrowUp size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={t('routing.down', { model: name })}
            hint={last ? t('routing.last') : undefined}
            disabled={last}
            onClick={() => onMove('down')}
          >
            <ArrowDown size={15} aria-hidden />
          </IconButton>
          <IconButton data-remove label={t('routing.remove', { model: name })} onClick={onRemove}>
            <X size={15} aria-hidden />
          </IconButton>
        </span>
      )}
    </li>
  )
}
