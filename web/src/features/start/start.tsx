/** A new chat before its first message: one question, a few ideas, and the truth when only the demo can answer. */
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../i18n'
import { useModels } from '../../state'
import { Pill } from '../../ui/pill'
import './start.css'

export interface StartProps {
  /** Puts an idea into the composer. */
  onPick: (idea: string) => void
  /** Nobody is set up to answer: stands in the question's place, and ends with the way to the demo. */
  firstRun?: ReactNode
  /** Why only the demo can answer, where it is no first run any more. */
  why: 'unset' | 'failing'
  /** The composer. It stays where it is in the tree, so that what is written and the focus stay too. */
  children: ReactNode
}

export function Start({ onPick, firstRun, why, children }: StartProps) {
  const t = useWords()
  const { list } = useModels()
  const onlyDemo = list !== undefined && list.items.length > 0 && list.items.every((model) => model.demo)
  return (
    <div className="start">
      <div className="start__column" data-first-run={firstRun ? true : undefined}>
        {firstRun ?? <h1 className="start__question">{t('start.question')}</h1>}
        <section className="start__ask" aria-label={onlyDemo ? t('start.demoTitle') : undefined}>
          {children}
          <Ideas onlyDemo={onlyDemo} onPick={onPick} />
          {onlyDemo && !firstRun ? <DemoNotice why={why} /> : null}
        </section>
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

function DemoNotice({ why }: { why: 'unset' | 'failing' }) {
  const t = useWords()
  return (
    <div className="start__notice">
      <Pill tone="waiting">{t('start.demoTitle')}</Pill>
      <p>{t(why === 'unset' ? 'firstRun.unset' : 'firstRun.failing')}</p>
      <Link href="/settings/providers">{t('firstRun.setUp')}</Link>
    </div>
  )
}
