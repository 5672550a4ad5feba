// Other models that a question can be put to, favourites and those used lately first.
import { type ReactElement, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { keyOf, type ModelChoice } from '../../parts/models/choice'
import { ModelList } from '../../parts/models/model-list'
import { noteModelUse, setFavourite, useModels, useRecentModels } from '../../state'
import { Popover } from '../../ui/popover'
import { attempt } from './attempt'

interface ModelMenuProps {
  /** The control that opens it. */
  trigger: ReactElement<Record<string, unknown>>
  /** Names the list for screen readers. */
  label: string
  /** The model that has answered. */
  value?: ModelChoice | undefined
  /** Only those known to read more tokens than this. */
  over?: number | undefined
  onChoose: (choice: ModelChoice) => void
}

export function ModelMenu({ trigger, label, value, over, onChoose }: ModelMenuProps) {
  const words = useWords()
  const { list } = useModels()
  const recent = useRecentModels()
  const [open, setOpen] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  return (
    <Popover
      trigger={trigger}
      label={label}
      open={open}
      onOpenChange={setOpen}
      initialFocus={field}
      inset="bare"
    >
      {list ? (
        <ModelList
          models={list.items}
          recent={recent}
          value={value && keyOf(value)}
          over={over}
          field={field}
          onFavourite={(choice, favourite) => void attempt(setFavourite(choice, favourite))}
          onChoose={({ providerId, modelId }) => {
            setOpen(false)
            noteModelUse({ providerId, modelId })
            onChoose({ providerId, modelId })
          }}
        />
      ) : (
        <p className="details__none">{words('models.loading')}</p>
      )}
    </Popover>
  )
}
