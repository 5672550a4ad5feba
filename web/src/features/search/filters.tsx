/** What narrows the search: who said it, when, where. */
import { useWords } from '../../i18n'
import type { Choices } from './choices'

export interface FiltersProps {
  choices: Choices
  onChange: (choices: Choices) => void
  /** Whether there is a session on screen. */
  here: boolean
}

export function Filters({ choices, onChange, here }: FiltersProps) {
  const t = useWords()
  const choose = (change: Partial<Choices>) => onChange({ ...choices, ...change })
  return (
    <>
      <select
        className="search__select"
        aria-label={t('search.who')}
        value={choices.who}
        onChange={(event) => choose({ who: event.target.value as Choices['who'] })}
      >
        <option value="all">{t('search.whoAll')}</option>
        <option value="user">{t('search.whoYou')}</option>
        <option value="assistant">{t('search.whoAnswers')}</option>
      </select>
      <select
        className="search__select"
        aria-label={t('search.when')}
        value={choices.when}
        onChange={(event) => choose({ when: event.target.value as Choices['when'] })}
      >
        <option value="ever">{t('search.whenEver')}</option>
        <option value="week">{t('search.whenWeek')}</option>
        <option value="month">{t('search.whenMonth')}</option>
        <option value="year">{t('search.whenYear')}</option>
      </select>
      {here ? (
        <Toggle label={t('search.here')} on={choices.here} onChange={(on) => choose({ here: on })} />
      ) : null}
      <Toggle
        label={t('search.archived')}
        on={choices.archived}
        onChange={(on) => choose({ archived: on })}
      />
    </>
  )
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <button type="button" className="search__toggle" aria-pressed={on} onClick={() => onChange(!on)}>
      {label}
    </button>
  )
}
