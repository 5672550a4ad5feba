/** Every action with its keys, from the table that the keys themselves use; and where one changes them. */
import { type KeyboardEvent, useState } from 'react'
import { useWords } from '../../i18n'
import { type Preferences, usePreferences } from '../../state'
import { Button } from '../../ui/button'
import { Kbd } from '../../ui/kbd'
import { type ActionId, ALL, GROUPS } from './actions'
import { bind, isChanged, keysOf, type Refusal, resetKeys, useBindings } from './bindings'
import './key-list.css'
import { combinationOf, keyNames } from './keys'
import { sendNames } from './send-key'

/** Keys that belong to a control and not to the page. */
function ofControls(sendKey: Preferences['sendKey']) {
  return [
    { id: 'send', group: 'composer', keys: sendNames(sendKey) },
    { id: 'newline', group: 'composer', keys: keyNames({ key: 'enter', shift: sendKey === 'enter' }) },
    { id: 'recall', group: 'composer', keys: ['↑', '↓'] },
    { id: 'messages', group: 'conversation', keys: ['J', 'K'] },
    { id: 'move', group: 'sessions', keys: ['↑', '↓'] },
    { id: 'renameFocused', group: 'sessions', keys: ['F2'] },
  ] as const
}

export function KeyList({ level = 3 }: { level?: 2 | 3 }) {
  const t = useWords()
  const { sendKey } = usePreferences()
  const changed = Object.keys(useBindings()).length > 0
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="key-list">
      {GROUPS.map((group) => (
        <section key={group} className="key-list__group">
          <Heading className="key-list__heading">{t(`actions.groups.${group}`)}</Heading>
          <dl>
            {ofControls(sendKey)
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <div key={entry.id} className="key-list__entry">
                  <dt>{t(`actions.${entry.id}`)}</dt>
                  <dd>
                    <Kbd keys={entry.keys} />
                  </dd>
                </div>
              ))}
            {ALL.filter((entry) => entry.group === group).map(({ id }) => (
              <Entry key={id} id={id} />
            ))}
          </dl>
        </section>
      ))}
      {changed ? (
        <Button size="s" onClick={resetKeys}>
          {t('shortcuts.reset')}
        </Button>
      ) : null}
    </div>
  )
}

/** One action; its keys are a button that takes new ones. */
function Entry({ id }: { id: ActionId }) {
  const t = useWords()
  const [asking, setAsking] = useState(false)
  const [refused, setRefused] = useState<Refusal>()
  const name = t(`actions.${id}`)
  const keys = keyNames(keysOf(id))

  const end = () => {
    setAsking(false)
    setRefused(undefined)
  }
  const take = (press: KeyboardEvent) => {
    // Tab goes on, as everywhere.
    if (!asking || press.key === 'Tab') return
    press.preventDefault()
    press.stopPropagation()
    const plain = !press.ctrlKey && !press.metaKey && !press.altKey && !press.shiftKey
    if (plain && press.key === 'Escape') return end()
    const wanted = combinationOf(press.nativeEvent)
    if (!wanted) return
    const problem = bind(id, plain && press.key === 'Backspace' ? undefined : wanted)
    if (problem) setRefused(problem)
    else end()
  }

  return (
    <div className="key-list__entry">
      <dt>{name}</dt>
      <dd>
        <button
          type="button"
          className="key-list__keys"
          data-asking={asking || undefined}
          data-changed={isChanged(id) || undefined}
          aria-label={`${t('shortcuts.change', { name })}: ${keys.join('+') || t('shortcuts.none')}`}
          onClick={() => setAsking(true)}
          onKeyDown={take}
          onBlur={end}
        >
          {keys.length > 0 ? (
            <Kbd keys={keys} />
          ) : (
            <span className="key-list__none">{t('shortcuts.none')}</span>
          )}
        </button>
        {asking ? (
          <p className="key-list__ask" role="status" data-refused={refused !== undefined || undefined}>
            {refused ? why(refused, t) : t('shortcuts.press')}
          </p>
        ) : null}
      </dd>
    </div>
  )
}

function why(refused: Refusal, t: ReturnType<typeof useWords>): string {
  if ('taken' in refused) return t('shortcuts.taken', { name: t(`actions.${refused.taken}`) })
  return t(`shortcuts.${refused.problem}`)
}
