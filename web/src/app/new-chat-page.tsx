/** `/`: a new chat. It becomes a session with its first message, and not before. */
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Composer } from '../features/composer/composer'
import { type ModelChoice, ModelPicker } from '../features/models/model-picker'
import { InsertPrompt } from '../features/presets/insert-prompt'
import { Instructions } from '../features/presets/instructions'
import { isUnset } from '../features/providers/services'
import { Start } from '../features/start/start'
import { useWords } from '../i18n'
import { late } from '../parts/page/late'
import { usePageTitle } from '../parts/page/page-title'
import {
  ApiError,
  setNewChatSetup,
  setNextModels,
  startSession,
  useDraft,
  useModels,
  useNewChatSetup,
  useNextModels,
  useProviders,
  useSessions,
} from '../state'
import { showToast } from '../ui/toast'
import { PageHeader } from './page-header'
import { useAnswering } from './use-answering'

const FirstRun = late(async () => (await import('../features/providers/first-run')).FirstRun)

export function NewChatPage() {
  const t = useWords()
  const [, navigate] = useLocation()
  const [, setDraft] = useDraft('new')
  const [choice, setChoice] = useState<Partial<ModelChoice>>({})
  const compared = useNextModels('new')

  const setup = useNewChatSetup()
  const { persona, modelWith } = useAnswering(choice, setup.personaId)

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
      const id = await startSession({ content, ...choice, ...models }, setup)
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
                persona={persona}
                onChoose={setChoice}
                several={{ chosen: compared, onChoose: (choices) => setNextModels('new', choices) }}
              />
              <Instructions
                value={setup}
                modelWith={modelWith}
                onChange={async (chosen) => setNewChatSetup(chosen)}
              />
            </>
          }
        />
        <InsertPrompt draftKey="new" />
      </Start>
    </div>
  )
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
