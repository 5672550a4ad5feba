/** Which model answers here: a chip that opens the list. For the conversation, or for the next message alone. */
import { ChevronDown, Columns2, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useWords, words } from '../../i18n'
import { useKeyNames } from '../../parts/actions/bindings'
import { useAction } from '../../parts/actions/use-action'
import { answering, keyOf, type ModelChoice, namedModel, type PersonaModel } from '../../parts/models/choice'
import { ModelList } from '../../parts/models/model-list'
import {
  ApiError,
  COMPARED_MAX,
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
  /** Models that the next message is put to at once. Empty: it is put to one. */
  several: { chosen: readonly ModelChoice[]; onChoose: (choices: readonly ModelChoice[]) => void }
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

type Scope = 'session' | 'once' | 'several'

function Picker({ chosen, onChoose, persona, once, several, models, list }: PickerProps) {
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
  const compared = several.chosen
  const isCompared = compared.length > 1

  const show = (next: boolean, wanted?: Scope) => {
    if (next) {
      setScope(wanted ?? (compared.length > 0 ? 'several' : once?.chosen ? 'once' : 'session'))
      setOpening(opening + 1)
    } else if (compared.length === 1) several.onChoose([]) // one alone is no comparison
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
  useAction('compareModels', () => show(true, 'several'))

  const toggle = ({ providerId, modelId }: ModelChoice) => {
    const rest = compared.filter((one) => keyOf(one) !== keyOf({ providerId, modelId }))
    if (rest.length < compared.length) several.onChoose(rest)
    else if (rest.length < COMPARED_MAX) {
      noteModelUse({ providerId, modelId })
      several.onChoose([...rest, { providerId, modelId }])
    }
  }
  const choose = ({ providerId, modelId }: ModelChoice, how: Scope = scope) => {
    if (how === 'several') {
      toggle({ providerId, modelId })
      return
    }
    several.onChoose([])
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
              isCompared
                ? t('compare.chosen', { models: compared.map(nameOf).join(', ') })
                : said && !once?.chosen
                  ? t('models.chosenByPersona', { model: nameOf(choice), persona: said })
                  : t(once?.chosen ? 'models.chosenOnce' : 'models.chosen', { model: nameOf(choice) })
            }
            title={keys.join('+')}
          >
            {isCompared ? (
              <SeveralNames names={compared.map(nameOf)} />
            ) : (
              <>
                <span className="model-chip__label">{nameOf(choice)}</span>
                {once?.chosen ? <span className="model-chip__once">{t('models.once')}</span> : null}
                {said && !once?.chosen ? (
                  <span className="model-chip__once model-chip__persona">
                    {t('models.fromPersona', { persona: said })}
                  </span>
                ) : null}
                {entry?.demo ? <Badge tone="waiting">{t('models.demo')}</Badge> : null}
                {entry ? null : <Badge tone="failed">{t('models.unavailable')}</Badge>}
              </>
            )}
            <ChevronDown size={14} aria-hidden />
          </button>
        }
      >
        <ModelList
          key={`${opening} ${scope === 'several'}`}
          models={list.items}
          recent={recent}
          {...(scope === 'several' ? { values: compared.map(keyOf) } : { value: shown && keyOf(shown) })}
          onChoose={choose}
          onFavourite={star}
          field={field}
          before={
            <Segments<Scope>
              label={t('models.scope')}
              value={scope}
              options={[
                { value: 'session', label: t('models.scopeSession') },
                ...(once ? [{ value: 'once' as const, label: t('models.scopeOnce') }] : []),
                { value: 'several', label: t('compare.scope') },
              ]}
              onChange={setScope}
            />
          }
          footer={
            <>
              {scope === 'several' ? <Several count={compared.length} onDone={() => show(false)} /> : null}
              <Foot unavailable={list.unavailable} onLeave={() => show(false)} />
            </>
          }
        />
      </Popover>
      {isCompared ? (
        <IconButton size="s" label={t('compare.end')} onClick={() => several.onChoose([])}>
          <X size={14} aria-hidden />
        </IconButton>
      ) : once?.chosen ? (
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

function SeveralNames({ names }: { names: readonly string[] }) {
  return (
    <>
      <Columns2 size={14} aria-hidden />
      <span className="model-chip__several">
        {names.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two providers may call their models the same
          <span key={index} className="model-chip__one">
            {name}
          </span>
        ))}
      </span>
    </>
  )
}

/** How many are chosen, and what is still wanted. */
function Several({ count, onDone }: { count: number; onDone: () => void }) {
  const t = useWords()
  const most = COMPARED_MAX
  return (
    <div className="model-several">
      <p role="status">
        {t('compare.count', { count, most })}
        {count < 2 ? ` · ${t('compare.hintFew', { most })}` : null}
        {count === most ? ` · ${t('compare.hintFull', { most })}` : null}
      </p>
      <Button size="s" tone="primary" disabled={count < 2} onClick={count < 2 ? undefined : onDone}>
        {t('compare.done')}
      </Button>
    </div>
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
