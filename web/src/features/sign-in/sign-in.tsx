/**
 * The way in: a calm wait while the start link's code is exchanged, and what to do when there is no way in yet.
 *
 * Elsewhere: the exchange, the token and the other tabs (`state`).
 */
import { type FormEvent, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { Mark } from '../../parts/brand/mark'
import { usePageTitle } from '../../parts/page/page-title'
import { type ApiError, useAuth } from '../../state'
import { Button } from '../../ui/button'
import { TextField } from '../../ui/text-field'
import { WorkingDot } from '../../ui/working-dot'
import { codeIn } from './code'
import { Command } from './command'
import './sign-in.css'

export function SignIn() {
  const t = useWords()
  const auth = useAuth()
  usePageTitle(t('signIn.title'))

  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <p className="sign-in__brand">
          <Mark size={24} />
          {t('app.name')}
        </p>
        {auth.status === 'checking' ? <Waiting /> : <Ask problem={auth.problem} exchange={auth.exchange} />}
      </div>
    </main>
  )
}

function Waiting() {
  const t = useWords()
  return (
    <p className="sign-in__waiting" role="status">
      <WorkingDot />
      {t('signIn.checking')}
    </p>
  )
}

interface AskProps {
  problem: ApiError | undefined
  exchange: (code: string) => Promise<void>
}

function Ask({ problem, exchange }: AskProps) {
  const t = useWords()
  const [text, setText] = useState('')
  const [fault, setFault] = useState<'empty' | 'notACode'>()
  const field = useRef<HTMLInputElement>(null)
  const { title, body, command } = useExplanation(problem)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const code = codeIn(text)
    if (code) {
      setFault(undefined)
      void exchange(code)
      return
    }
    setFault(text.trim() ? 'notACode' : 'empty')
    field.current?.focus()
  }

  return (
    <>
      <h1 className="sign-in__title">{title}</h1>
      <p className="sign-in__body">{body}</p>
      <Command text={command} />
      <form className="sign-in__form" onSubmit={submit} noValidate>
        <p className="sign-in__or">{t('signIn.or')}</p>
        <TextField
          ref={field}
          label={t('signIn.field')}
          placeholder={t('signIn.placeholder')}
          value={text}
          problem={fault ? t(`signIn.${fault}`) : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          mono
          onChange={(event) => {
            setText(event.currentTarget.value)
            setFault(undefined)
          }}
        />
        <Button type="submit" tone="primary">
          {t('signIn.submit')}
        </Button>
      </form>
    </>
  )
}

function useExplanation(problem: ApiError | undefined): { title: string; body: string; command: string } {
  const t = useWords()
  if (problem?.code === 'start_code_invalid') {
    return { title: t('signIn.usedTitle'), body: t('signIn.usedBody'), command: 'cowork' }
  }
  if (problem?.code === 'network') {
    return { title: t('signIn.unreachableTitle'), body: t('signIn.unreachableBody'), command: 'cowork' }
  }
  if (problem)
    return { title: t('signIn.title'), body: `${problem.detail} ${t('signIn.body')}`, command: 'cowork' }
  return { title: t('signIn.title'), body: t('signIn.body'), command: 'cowork' }
}
