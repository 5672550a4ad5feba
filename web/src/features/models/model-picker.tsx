/** Which model answers here: a chip that opens the list, grouped by provider, with a search when it is long. */
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { type ModelEntry, type ModelList, useModels } from '../../state'
import { Badge } from '../../ui/badge'
import { type Choice, ChoiceMenu } from '../../ui/menu'
import {
  choiceOf,
  effective,
  groupsOf,
  keyOf,
  type ModelChoice,
  SEARCH_FROM,
  shortTokens,
} from './model-groups'
import './model-picker.css'

export interface ModelPickerProps {
  /** What was chosen here. Absent: the server's default. */
  chosen: Partial<ModelChoice>
  onChoose: (choice: ModelChoice) => void
}

export function ModelPicker({ chosen, onChoose }: ModelPickerProps) {
  const t = useWords()
  const { status, list, find, reload } = useModels()
  if (!list) {
    return status === 'error' ? (
      <button type="button" className="model-chip" onClick={reload}>
        {t('models.failed')}
      </button>
    ) : (
      <span className="model-chip model-chip--quiet">
        {status === 'loading' ? t('models.loading') : null}
      </span>
    )
  }
  const choice = effective(list, chosen)
  const entry = find(choice.providerId, choice.modelId)
  return <Picker list={list} choice={choice} entry={entry} onChoose={onChoose} />
}

interface PickerProps {
  list: ModelList
  choice: ModelChoice
  /** Absent: what was chosen is not configured any more. */
  entry: ModelEntry | undefined
  onChoose: (choice: ModelChoice) => void
}

function Picker({ list, choice, entry, onChoose }: PickerProps) {
  const t = useWords()
  const [query, setQuery] = useState('')
  const label = entry?.label ?? choice.modelId
  const groups = groupsOf(list).map((group) => ({
    label: group.providerId,
    choices: group.models.map((model) => asChoice(model, t)),
  }))
  return (
    <ChoiceMenu
      trigger={
        <button type="button" className="model-chip" aria-label={t('models.chosen', { model: label })}>
          <span className="model-chip__label">{label}</span>
          {entry?.demo ? <Badge tone="waiting">{t('models.demo')}</Badge> : null}
          {entry ? null : <Badge tone="failed">{t('models.unavailable')}</Badge>}
          <ChevronDown size={14} aria-hidden />
        </button>
      }
      side="top"
      groups={groups}
      value={keyOf(choice)}
      onChoose={(key) => onChoose(choiceOf(key))}
      onOpenChange={(open) => {
        if (open) setQuery('')
      }}
      {...(list.items.length >= SEARCH_FROM
        ? {
            filter: {
              label: t('models.search'),
              none: (text: string) => t('models.none', { query: text }),
              query,
              onQuery: setQuery,
            },
          }
        : {})}
      {...(list.unavailable.length > 0 ? { footer: <Unavailable reasons={list.unavailable} /> } : {})}
    />
  )
}

function asChoice(model: ModelEntry, t: ReturnType<typeof useWords>): Choice {
  return {
    value: keyOf(model),
    label: model.label,
    ...(model.demo
      ? { aside: <Badge tone="waiting">{t('models.demo')}</Badge>, note: t('models.demoNote') }
      : {}),
    ...(!model.demo && model.contextWindow
      ? { aside: <Badge>{t('models.window', { tokens: shortTokens(model.contextWindow) })}</Badge> }
      : {}),
  }
}

function Unavailable({ reasons }: { reasons: readonly string[] }) {
  const t = useWords()
  return (
    <div className="model-unavailable">
      <p className="model-unavailable__title">{t('models.unavailable')}</p>
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </div>
  )
}
