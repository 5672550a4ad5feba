/** The keys of a provider that has several: masked, how the service met each, and the way to take one out. */
import { X } from 'lucide-react'
import { useRef } from 'react'
import { useWords } from '../../i18n'
import { ApiError, type ProviderView, removeOneProviderKey } from '../../state'
import { IconButton } from '../../ui/button'
import { Pill, type PillTone } from '../../ui/pill'
import { showToast } from '../../ui/toast'

type Item = NonNullable<ProviderView['key']['items']>[number]

const TONES: Record<Item['state'], PillTone> = {
  'in-use': 'done',
  spare: 'neutral',
  refused: 'failed',
  limited: 'waiting',
}

export function KeyList({ id, items }: { id: string; items: readonly Item[] }) {
  const t = useWords()
  const list = useRef<HTMLUListElement>(null)
  const remove = async (key: string, place: number) => {
    try {
      await removeOneProviderKey(id, key)
      showToast({ title: t('providers.keyTakenOut', { name: id }) })
      const left = list.current?.querySelectorAll<HTMLElement>('button') ?? []
      left[Math.min(place, left.length - 1)]?.focus()
    } catch (reason) {
      const { detail } = reason instanceof ApiError ? reason : ApiError.network()
      showToast({ title: t('providers.actionFailed'), description: detail, tone: 'failed' })
    }
  }
  return (
    <ul ref={list} className="provider__keys" aria-label={t('providers.keysOf', { name: id })}>
      {items.map(({ id: key, hint, state }, place) => {
        const name = hint ? `••••${hint}` : t('providers.keyNumber', { number: place + 1 })
        return (
          <li key={key ?? place} className="provider__one-key">
            <span className="provider__mask">{name}</span>
            <Pill tone={TONES[state]}>{t(`providers.keyStates.${state}`)}</Pill>
            {key ? (
              <IconButton
                size="s"
                label={t('providers.takeKeyOut', { key: name })}
                onClick={() => void remove(key, place)}
              >
                <X size={14} aria-hidden />
              </IconButton>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
