/** `/`: a new chat. It becomes a session with its first message, and not before. */
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Composer } from '../features/composer/composer'
import { type ModelChoice, ModelPicker } from '../features/models/model-picker'
import { InsertPrompt } from '../features/presets/insert-prompt'
import { Instructions } from '../features/presets/instructions'
import { FirstRun } from '../features/providers/first-run'
import { isUnset } from '../features/providers/services'
import { Start } from '../features/start/start'
import { useWords } from '../i18n'
import { usePageTitle } from '../parts/page/page-title'
import {
  ApiError,
  setNextModels,
  startSession,
  useDraft,
  useModels,
  useNextModels,
  useProviders,
  useSessions,
} from '../state'
import { showToast } from '../ui/toast'
import { PageHeader } from './page-header'

export function NewChatPage() {
  const t = useWords()
  const [, navigate] = useLocation()
  const [, setDraft] = useDraft('new')
  const [choice, setChoice] = useState<Partial<ModelChoice>>({})
  const compared = useNextModels('new')

  const [instructions, setInstructions] = useState({ personaId: '', systemPrompt: '' })

  const unset = useUnset()
  const { status, items: sessions } = useSessions()
  // Who has talked to the demo has chosen it, and is not asked again.
  const isNew = status === 'ready' && sessions.length === 0
  // The form goes once somebody answers; the focus goes where one writes.
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    if (isReady && !unset) focusComposer()
  }, [isReady, unset])

  usePageTitle(t('app.name'))

  const send = async (content: string) => {
    try {
      const models = compared.length > 1 ? { models: compared } : {}
      const id = await startSession({ content, ...choice, ...models }, said(instructions))
      setNextModels('new', [])
      navigate(`/s/${id}`)
    } catch (reason) {
      const detail = reason instanceof ApiError ? { description: reason.detail } : {}
      showToast({ title: t('composer.createFailed'), tone: 'failed', ...detail })
      throw reason
    }
  }

  return (
    <div className="page">
      <PageHeader bare />
      <Start
        onPick={(idea) => {
          setDraft(idea)
          focusComposer()
        }}
        firstRun={unset && isNew ? <FirstRun onReady={() => setReady(true)} /> : undefined}
        why={unset ? 'unset' : 'failing'}
      >
        <Composer
          sessionId={null}
          onSend={send}
          model={
            <>
              <ModelPicker
                chosen={choice}
                onChoose={setChoice}
                several={{ chosen: compared, onChoose: (choices) => setNextModels('new', choices) }}
              />
              <Instructions value={instructions} onChange={async (chosen) => setInstructions(chosen)} />
            </>
          }
        />
        <InsertPrompt draftKey="new" />
      </Start>
    </div>
  )
}

/** The parts that say something. */
function said({ personaId, systemPrompt }: { personaId: string; systemPrompt: string }) {
  return { ...(personaId ? { personaId } : {}), ...(systemPrompt.trim() ? { systemPrompt } : {}) }
}

function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus()
}

/** Nobody but the demo would answer, because nobody was set up. */
function useUnset(): boolean {
  const { status, items } = useProviders()
  const { list } = useModels()
  if (status !== 'ready' || !isUnset(items)) return false
  return items.find(({ id }) => id === list?.defaultProviderId)?.source !== 'found'
}
