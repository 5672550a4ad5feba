/**
 * A list of models to choose one from: searched by typing, walked by arrows, one tab stop for the star.
 *
 * Always true: only the rows in sight are in the document; what is not known of a model is not said, neither as yes nor
 * as no. Elsewhere: which models there are and what choosing does (whoever shows it).
 */
import { Brain, Check, Image, Star, Wrench } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { formatNumber, useWords } from '../../i18n'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { dollars, keyOf, type ModelChoice, shortTokens } from './choice'
import { type GroupName, type ModelFacts, type ModelRow, rowsOf, step } from './rows'
import './model-list.css'

const PAGE = 8

export interface ModelListProps {
  models: readonly ModelFacts[]
  /** `provider/model`, the last used one first. */
  recent: readonly string[]
  /** The present choice. Absent: none of them is. */
  value?: string | undefined
  /** Several may be chosen: those that are, as `provider/model`. Absent: one is, `value`. */
  values?: readonly string[] | undefined
  /** Only those known to read more tokens than this. */
  over?: number | undefined
  onChoose: (choice: ModelChoice) => void
  onFavourite: (choice: ModelChoice, favourite: boolean) => void
  /** The search field, for who opens the list. */
  field: Ref<HTMLInputElement>
  /** Stands before the search field. */
  before?: ReactNode
  /** Stands at the end. */
  footer?: ReactNode
}

export function ModelList(props: ModelListProps) {
  const { models, recent, value, values, over, onChoose, onFavourite, field, before, footer } = props
  const t = useWords()
  const listId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const [query, setQuery] = useState('')
  // What is starred or used while the list is open changes its place the next time.
  const [order] = useState(() => ({
    recent,
    stars: new Set(models.filter((one) => one.favourite).map(keyOf)),
  }))
  const rows = useMemo(() => {
    const kept = models.map((one) => ({ ...one, favourite: order.stars.has(keyOf(one)) }))
    return rowsOf(kept, { query, recent: order.recent, over })
  }, [models, query, order, over])
  const stars = useMemo(() => new Set(models.filter((one) => one.favourite).map(keyOf)), [models])
  const [activeId, setActiveId] = useState(value ?? values?.[0])
  const count = rows.filter((row) => row.kind === 'model').length
  const found = rows.findIndex((row) => row.kind === 'model' && row.id === activeId)
  const active = found >= 0 ? found : step(rows, -1, 0)
  const row = rows[active]
  const highlighted = row?.kind === 'model' ? row.model : undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    if (active > 0) list.current?.scrollToIndex(active, { align: 'center' })
  }, [])

  const moveTo = (index: number) => {
    const to = rows[index]
    if (to?.kind !== 'model') return
    setActiveId(to.id)
    // A group's name comes into view with its first model.
    list.current?.scrollToIndex(rows[index - 1]?.kind === 'group' ? index - 1 : index, { align: 'nearest' })
    if (rows[index - 1]?.kind === 'group') list.current?.scrollToIndex(index, { align: 'nearest' })
  }
  const search = (text: string) => {
    setQuery(text)
    setActiveId(undefined)
    scroller.current?.scrollTo({ top: 0 })
  }
  const onKeyDown = (press: KeyboardEvent<HTMLInputElement>) => {
    if (press.nativeEvent.isComposing) return
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[press.key]
    if (by !== undefined) {
      press.preventDefault()
      moveTo(step(rows, active, by))
    } else if (press.key === 'Enter') {
      press.preventDefault()
      if (highlighted) onChoose(highlighted)
    }
  }

  return (
    <div className="model-list">
      {before ? <div className="model-list__before">{before}</div> : null}
      <input
        ref={field}
        className="model-list__search"
        type="text"
        role="combobox"
        aria-label={t('models.search')}
        placeholder={t('models.search')}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={highlighted ? optionId(listId, keyOf(highlighted)) : undefined}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => search(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div ref={scroller} className="model-list__scroll" tabIndex={-1}>
        <div
          id={listId}
          role="listbox"
          aria-label={t('models.list')}
          aria-multiselectable={values ? true : undefined}
          // The search field keeps the focus.
          onMouseDown={(press) => press.preventDefault()}
        >
          <Virtualizer ref={list} scrollRef={scroller} keepMounted={active < 0 ? [] : [active]}>
            {rows.map((each, index) =>
              each.kind === 'group' ? (
                <p key={each.id} className="model-list__group" aria-hidden="true">
                  {groupName(each.group, t)}
                </p>
              ) : (
                <Option
                  key={each.id}
                  id={optionId(listId, each.id)}
                  row={each}
                  count={count}
                  active={index === active}
                  chosen={values ? values.includes(each.id) : each.id === value}
                  starred={stars.has(each.id)}
                  onPoint={() => setActiveId(each.id)}
                  onChoose={() => onChoose(each.model)}
                  onStar={() => onFavourite(each.model, !stars.has(each.id))}
                />
              ),
            )}
          </Virtualizer>
        </div>
        {count === 0 ? <p className="model-list__none">{whyNone(query, over, t)}</p> : null}
      </div>
      <p className="visually-hidden" role="status">
        {t('models.found', { count })}
      </p>
      {highlighted ? (
        <About
          model={highlighted}
          starred={stars.has(keyOf(highlighted))}
          onStar={(on) => onFavourite(highlighted, on)}
        />
      ) : null}
      {footer ? <div className="model-list__footer">{footer}</div> : null}
    </div>
  )
}

type Words = ReturnType<typeof useWords>

function optionId(listId: string, key: string): string {
  return `${listId}-${key.replace(/\s/g, '_')}`
}

function groupName(group: GroupName, t: Words): string {
  return group.kind === 'provider' ? group.providerId : t(`models.${group.kind}`)
}

function whyNone(query: string, over: number | undefined, t: Words): string {
  if (query) return t('models.none', { query })
  return t(over === undefined ? 'models.noneAtAll' : 'models.noneLarger')
}

interface OptionProps {
  id: string
  row: Extract<ModelRow, { kind: 'model' }>
  count: number
  active: boolean
  chosen: boolean
  starred: boolean
  onPoint: () => void
  onChoose: () => void
  onStar: () => void
}

function Option({ id, row, count, active, chosen, starred, onPoint, onChoose, onStar }: OptionProps) {
  const t = useWords()
  const { model, group } = row
  const place = group.kind === 'provider' ? [] : [model.providerId]
  const names = [...place, ...(model.label === model.modelId ? [] : [model.modelId])]
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the search field has the focus and takes the keys
    <div
      id={id}
      role="option"
      className="model-option"
      aria-label={spoken(model, { chosen, starred }, t)}
      aria-selected={chosen}
      aria-setsize={count}
      aria-posinset={row.position}
      data-active={active || undefined}
      onMouseMove={active ? undefined : onPoint}
      onClick={onChoose}
    >
      <span className="model-option__check">{chosen ? <Check size={14} aria-hidden /> : null}</span>
      <span className="model-option__words">
        <span className="model-option__name">
          <span className="model-option__label">{model.label}</span>
          {model.demo ? <Badge tone="waiting">{t('models.demo')}</Badge> : null}
          <Marks model={model} />
        </span>
        <span className="model-option__meta">
          {names.length > 0 ? <span className="model-option__id">{names.join(' · ')}</span> : null}
          <span className="model-option__figures">{figures(model, t).join(' · ')}</span>
        </span>
      </span>
      {/* For the pointer alone: by keyboard the star of the highlighted one is a button of its own. */}
      <span
        className="model-option__star"
        data-on={starred || undefined}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation()
          onStar()
        }}
      >
        <Star size={15} fill={starred ? 'currentColor' : 'none'} />
      </span>
    </div>
  )
}

function Marks({ model }: { model: ModelFacts }) {
  const t = useWords()
  return (
    <span className="model-option__marks">
      {model.images ? (
        <span title={t('models.images')}>
          <Image size={14} aria-hidden />
        </span>
      ) : null}
      {model.tools ? (
        <span title={t('models.tools')}>
          <Wrench size={14} aria-hidden />
        </span>
      ) : null}
      {model.reasoning ? (
        <span title={t('models.thinking')}>
          <Brain size={14} aria-hidden />
        </span>
      ) : null}
    </span>
  )
}

/** What the row says in figures: what it reads, and what it costs. */
function figures(model: ModelFacts, t: Words): string[] {
  if (model.demo) return [t('models.demoNote')]
  const window = model.contextWindow ? [t('models.window', { tokens: shortTokens(model.contextWindow) })] : []
  return [...window, price(model, 'models.price', t)]
}

function price(model: ModelFacts, words: 'models.price' | 'models.priceLong', t: Words): string {
  const { inputPriceUsd: input, outputPriceUsd: output } = model
  if (input == null && output == null) return t('models.priceUnknown')
  if (input === 0 && output === 0) return t('models.free')
  const said = (amount: number | null | undefined) => (amount == null ? t('models.unknown') : dollars(amount))
  return t(words, { input: said(input), output: said(output) })
}

/** The row for screen readers, in one go. */
function spoken(model: ModelFacts, state: { chosen: boolean; starred: boolean }, t: Words): string {
  const parts = [model.label, model.providerId]
  if (state.chosen) parts.push(t('models.inUse'))
  if (state.starred) parts.push(t('models.favourite'))
  if (model.demo) parts.push(t('models.demo'), t('models.demoNote'))
  if (model.images) parts.push(t('models.images'))
  if (model.tools) parts.push(t('models.tools'))
  if (model.reasoning) parts.push(t('models.thinking'))
  if (model.contextWindow) parts.push(t('models.windowLong', { tokens: formatNumber(model.contextWindow) }))
  if (!model.demo) parts.push(price(model, 'models.priceLong', t))
  return parts.join(', ')
}

interface AboutProps {
  model: ModelFacts
  starred: boolean
  onStar: (on: boolean) => void
}

/** The highlighted model in words, and its star for the keyboard. */
function About({ model, starred, onStar }: AboutProps) {
  const t = useWords()
  const facts: string[] = []
  if (model.contextWindow) facts.push(t('models.windowLong', { tokens: formatNumber(model.contextWindow) }))
  if (model.outputLimit) facts.push(t('models.outputLong', { tokens: formatNumber(model.outputLimit) }))
  if (model.images === false) facts.push(t('models.noImages'))
  if (model.tools === false) facts.push(t('models.noTools'))
  if (!model.demo) facts.push(price(model, 'models.priceLong', t))
  return (
    <div className="model-about">
      <p className="model-about__words">
        <span className="model-about__id">{`${model.providerId} · ${model.modelId}`}</span>
        <span>
          {facts.join(', ')}
          {model.priceAsOf ? ` · ${t('models.priceAsOf', { day: model.priceAsOf })}` : null}
        </span>
      </p>
      <Button
        size="s"
        tone="quiet"
        aria-pressed={starred}
        aria-label={t(starred ? 'models.removeFavourite' : 'models.addFavourite', { model: model.label })}
        title={t(starred ? 'models.removeFavourite' : 'models.addFavourite', { model: model.label })}
        icon={<Star size={15} fill={starred ? 'currentColor' : 'none'} aria-hidden />}
        onClick={() => onStar(!starred)}
      />
    </div>
  )
}
