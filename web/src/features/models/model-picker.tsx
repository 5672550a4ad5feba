/** Which model answers here: a chip that opens the list. For the conversation, or for the next message alone. */
import { ChevronDown, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useWords, words } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import { useAction } from '../../parts/actions/use-action'
import { answering, keyOf, type ModelChoice, namedModel, type PersonaModel } from '../../parts/models/choice'
import { ModelList } from '../../parts/models/model-list'
import {
  ApiError,
  lookAgain,
  type Models,
  noteModelUse,
  setFavourite,
  useModels,
  useRecentModels,
} from '../../state'
import { Badge } from '../../ui/badge'
import { Button, IconButton } from '../../ui/button'
import { Popover } from '../../ui/popover'
import { Segments } from '../../ui/segments'
import { showToast } from '../../ui/toast'
import './model-picker.css'

export type { ModelChoice }

export interface ModelPickerProps {
  /** What was chosen here. Absent: the server's default. */
  chosen: Partial<ModelChoice>
  onChoose: (choice: ModelChoice) => void
  /** Whose model answers where nothing was chosen. Absent: there is none. */
  persona?: PersonaModel | undefined
  /** A choice for the next message alone. Absent: there is no such thing here. */
  once?: { chosen: ModelChoice | undefined; onChoose: (choice: ModelChoice | undefined) => void }
}

export function ModelPicker(props: ModelPickerProps) {
  const t = useWords()
  const models = useModels()
  if (!models.list) {
    return models.status === 'error' ? (
      <button type="button" className="model-chip" onClick={models.reload}>
        {t('models.failed')}
      </button>
    ) : (
      <span className="model-chip model-chip--quiet">
        {models.status === 'loading' ? t('models.loading') : null}
      </span>
    )
  }
  return <Picker {...props} models={models} list={models.list} />
}

interface PickerProps extends ModelPickerProps {
  models: Models
  list: NonNullable<Models['list']>
}

type Scope = 'session' | 'once'

function Picker({ chosen, onChoose, persona, once, models, list }: PickerProps) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [scope, setScope] = useState<Scope>('session')
  // Opened again while it still fades out, the list begins anew, without what was searched for.
  const [opening, setOpening] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const recent = useRecentModels()
  const { choice: lasting, persona: said } = answering(list, chosen, persona)
  const choice = once?.chosen ?? lasting
  const entry = models.find(choice.providerId, choice.modelId)
  const nameOf = (one: ModelChoice) => models.find(one.providerId, one.modelId)?.label ?? one.modelId
  const shown = scope === 'once' ? once?.chosen : lasting

  const show = (next: boolean) => {
    if (next) {
      setScope(once?.chosen ? 'once' : 'session')
      setOpening(opening + 1)
    }
    setOpen(next)
  }
  const keys = useKeyNames('pickModel')
  useAction('pickModel', (wanted) => {
    if (wanted === undefined) {
      show(!open)
      return
    }
    const found = namedModel(list.items, wanted)
    if (found) choose(found, 'session')
    else showToast({ title: t('models.noModel', { name: wanted }), tone: 'failed' })
  })

  const choose = ({ providerId, modelId }: ModelChoice, how: Scope = scope) => {
    noteModelUse({ providerId, modelId })
    setOpen(false)
    if (how === 'once' && once) {
      once.onChoose({ providerId, modelId })
      return
    }
    once?.onChoose(undefined)
    onChoose({ providerId, modelId })
  }

  return (
    <span className="model-picker">
      <Popover
        label={t('models.pick')}
        side="top"
        open={open}
        onOpenChange={show}
        initialFocus={field}
        inset="bare"
        trigger={
          <button
            type="button"
            className="model-chip"
            aria-label={
              said && !once?.chosen
                ? t('models.chosenByPersona', { model: nameOf(choice), persona: said })
                : t(once?.chosen ? 'models.chosenOnce' : 'models.chosen', { model: nameOf(choice) })
            }
            title={keys.join('+')}
          >
            <span className="model-chip__label">{nameOf(choice)}</span>
            {once?.chosen ? <span className="model-chip__once">{t('models.once')}</span> : null}
            {said && !once?.chosen ? (
              <span className="model-chip__once model-chip__persona">
                {t('models.fromPersona', { persona: said })}
              </span>
            ) : null}
            {entry?.demo ? <Badge tone="waiting">{t('models.demo')}</Badge> : null}
            {entry ? null : <Badge tone="failed">{t('models.unavailable')}</Badge>}
            <ChevronDown size={14} aria-hidden />
          </button>
        }
      >
        <ModelList
          key={opening}
          models={list.items}
          recent={recent}
          value={shown && keyOf(shown)}
          onChoose={choose}
          onFavourite={star}
          field={field}
          before={
            once ? (
              <Segments<Scope>
                label={t('models.scope')}
                value={scope}
                options={[
                  { value: 'session', label: t('models.scopeSession') },
                  { value: 'once', label: t('models.scopeOnce') },
                ]}
                onChange={setScope}
              />
            ) : undefined
          }
          footer={<Foot unavailable={list.unavailable} onLeave={() => setOpen(false)} />}
        />
      </Popover>
      {once?.chosen ? (
        <IconButton
          size="s"
          label={t('models.onceEnd', { model: nameOf(lasting) })}
          onClick={() => once.onChoose(undefined)}
        >
          <X size={14} aria-hidden />
        </IconButton>
      ) : null}
    </span>
  )
}

function Foot({ unavailable, onLeave }: { unavailable: readonly string[]; onLeave: () => void }) {
  const t = useWords()
  const [, navigate] = useLocation()
  const [busy, setBusy] = useState(false)
  const refresh = async () => {
    setBusy(true)
    await lookAgain().catch((reason: unknown) => fail(t('models.refreshFailed'), reason))
    setBusy(false)
  }
  return (
    <>
      {unavailable.length > 0 ? (
        <div className="model-unavailable">
          <p className="model-unavailable__title">{t('models.unavailable')}</p>
          <ul>
            {unavailable.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className="model-foot">
        <Button size="s" tone="quiet" disabled={busy} onClick={() => void refresh()}>
          {t(busy ? 'models.refreshing' : 'models.refresh')}
        </Button>
        <a
          className="model-foot__link"
          href="/settings/providers"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return
            event.preventDefault()
            onLeave()
            navigate('/settings/providers')
          }}
        >
          {t('models.providers')}
        </a>
      </div>
    </>
  )
}

function star(choice: ModelChoice, favourite: boolean): void {
  setFavourite(choice, favourite).catch((reason: unknown) => fail(words('models.favouriteFailed'), reason))
}

function fail(title: string, reason: unknown): void {
  const detail = reason instanceof ApiError ? { description: reason.detail } : {}
  showToast({ title, tone: 'failed', ...detail })
}
