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
  /** Nobody is set up to answer: what is shown around the way to the demo. */
  firstRun?: ((demo: ReactNode) => ReactNode) | undefined
  /** The composer. */
  children: ReactNode
}

export function Start({ onPick, firstRun, children }: StartProps) {
  const t = useWords()
  const { list } = useModels()
  const onlyDemo = list !== undefined && list.items.length > 0 && list.items.every((model) => model.demo)
  return (
    <div className="start">
      <div className="start__column">
        {firstRun ? (
          firstRun(
            <section className="start__demo" aria-label={t('start.demoTitle')}>
              {children}
              <Ideas onlyDemo onPick={onPick} />
            </section>,
          )
        ) : (
          <>
            <h1 className="start__question">{t('start.question')}</h1>
            {children}
            <Ideas onlyDemo={onlyDemo} onPick={onPick} />
            {onlyDemo ? <DemoNotice /> : null}
          </>
        )}
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
    <section className="start__notice" aria-label={t('start.demoTitle')}>
      <Pill tone="waiting">{t('start.demoTitle')}</Pill>
      <p>{t('firstRun.failing')}</p>
      <Link href="/settings/providers">{t('firstRun.setUp')}</Link>
    </section>
  )
}
