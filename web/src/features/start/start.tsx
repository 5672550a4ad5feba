/** A new chat before its first message: one question, a few ideas, and the truth about the demo. */
import type { ReactNode } from 'react'
import { Trans } from 'react-i18next'
import { useWords } from '../../i18n'
import { useModels } from '../../state'
import { Pill } from '../../ui/pill'
import './start.css'

export interface StartProps {
  /** Puts an idea into the composer. */
  onPick: (idea: string) => void
  /** The composer. */
  children: ReactNode
}

export function Start({ onPick, children }: StartProps) {
  const t = useWords()
  const { list } = useModels()
  const onlyDemo = list !== undefined && list.items.length > 0 && list.items.every((model) => model.demo)
  return (
    <div className="start">
      <div className="start__column">
        <h1 className="start__question">{t('start.question')}</h1>
        {children}
        <Ideas onlyDemo={onlyDemo} onPick={onPick} />
        {onlyDemo ? <DemoNotice /> : null}
      </div>
    </div>
  )
}

function Ideas({ onlyDemo, onPick }: { onlyDemo: boolean; onPick: (idea: string) => void }) {
  const t = useWords()
  const ideas = onlyDemo
    ? [t('start.demo.can'), t('start.demo.markdown'), t('start.demo.sum'), t('start.demo.count')]
    : [t('start.real.explain'), t('start.real.plan'), t('start.real.write'), t('start.real.compare')]
  return (
    <section aria-label={t('start.starters')}>
      <ul className="start__ideas">
        {ideas.map((idea) => (
          <li key={idea}>
            <button type="button" className="start__idea" onClick={() => onPick(idea)}>
              {idea}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function DemoNotice() {
  const t = useWords()
  return (
    <section className="start__demo" aria-label={t('start.demoTitle')}>
      <Pill tone="waiting">{t('start.demoTitle')}</Pill>
      <p>
        <Trans i18nKey="start.demoBody" components={{ code: <code className="start__code" /> }} />
      </p>
    </section>
  )
}
