/** A menu of models by provider, with a filter when there are many. */
import { type ReactElement, useState } from 'react'
import { useWords } from '../../i18n'
import type { ModelEntry } from '../../state'
import { type ChoiceGroup, ChoiceMenu } from '../../ui/menu'
import { byProvider, modelKey } from './fallback'

export interface ModelMenuProps {
  trigger: ReactElement<Record<string, unknown>>
  models: readonly ModelEntry[]
  /** Choices that stand before the models. */
  before?: readonly ChoiceGroup[]
  value: string | undefined
  onChoose: (key: string) => void
}

/** From this many models on, there is a search field. */
const SEARCH_FROM = 9

export function ModelMenu({ trigger, models, before = [], value, onChoose }: ModelMenuProps) {
  const t = useWords()
  const [query, setQuery] = useState('')
  const groups = byProvider(models).map(({ providerId, models: own }) => ({
    label: providerId,
    choices: own.map((model) => ({ value: modelKey(model), label: model.label })),
  }))
  return (
    <ChoiceMenu
      trigger={trigger}
      groups={[...before, ...groups]}
      value={value}
      onChoose={onChoose}
      onOpenChange={(open) => {
        if (open) setQuery('')
      }}
      {...(models.length >= SEARCH_FROM
        ? {
            filter: {
              label: t('routing.search'),
              none: (text: string) => t('routing.noMatch', { query: text }),
              query,
              onQuery: setQuery,
            },
          }
        : {})}
    />
  )
}
