/** `/s/:id`: one conversation with its header and its composer. */
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { BranchMap } from '../features/branches/branch-map'
import { Composer } from '../features/composer/composer'
import { type ModelChoice, ModelPicker } from '../features/models/model-picker'
import { InsertPrompt } from '../features/presets/insert-prompt'
import { Instructions } from '../features/presets/instructions'
import { ForkOrigin } from '../features/sessions/fork-origin'
import { SessionActions } from '../features/sessions/session-actions'
import {
  compact,
  deleteWithUndo,
  exportAs,
  fork,
  rename,
  titleOf,
  toggleArchive,
  togglePin,
} from '../features/sessions/session-commands'
import { TitleField } from '../features/sessions/title-field'
import { Thread } from '../features/thread/thread'
import { useWords } from '../i18n'
import { runAction, useAction } from '../parts/actions/use-action'
import { usePageTitle } from '../parts/page/page-title'
import {
  ApiError,
  type Session,
  sendMessage,
  setNextModel,
  setNextModels,
  takeNextModel,
  takeNextModels,
  updateSession,
  useNextModel,
  useNextModels,
  useSessionMeta,
  useShown,
  useThread,
} from '../state'
import { Button, IconButton } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { showToast } from '../ui/toast'
import { PageHeader } from './page-header'
import { useAnswering } from './use-answering'

export function SessionPage({ id }: { id: string }) {
  const t = useWords()
  const session = useSessionMeta(id)
  const { status } = useThread(id)
  const title = titleOf(session)

  usePageTitle(`${title} · ${t('app.name')}`)
  useSessionActions(session)
  useShown(session)

  if (status === 'missing' || session?.deletedAt) return <Missing />
  return (
    <div className="page">
      <PageHeader>{session ? <Title session={session} /> : null}</PageHeader>
      <Thread sessionId={id} />
      <div className="page__composer">
        <Composer
          sessionId={id}
          onSend={(content, { attachments, ...options }) => {
            const files = attachments ? { attachments } : {}
            // Those that are compared, or the one for this message alone.
            const [several, once] = [takeNextModels(id), takeNextModel(id)]
            sendMessage(id, { content, ...files, ...(several ?? once) }, options)
            return undefined
          }}
          model={
            <>
              <SessionModel id={id} session={session} />
              {session ? <SessionInstructions session={session} /> : null}
            </>
          }
        />
        <InsertPrompt draftKey={id} />
        <BranchMap key={id} sessionId={id} />
      </div>
    </div>
  )
}

/** What keys, palette and slash commands can do with the session that is open. */
function useSessionActions(session: Session | undefined): void {
  const [, navigate] = useLocation()
  const on = session !== undefined && !session.deletedAt
  const leave = (act: (session: Session, onBack: () => void) => void) => {
    if (!session) return
    navigate('/')
    act(session, () => navigate(`/s/${session.id}`))
  }
  useAction('deleteSession', () => leave(deleteWithUndo), on)
  useAction('archive', () => leave(toggleArchive), on && !session.archived)
  useAction('pin', () => session && togglePin(session), on)
  useAction('fork', () => session && fork(session, (id) => navigate(`/s/${id}`)), on)
  useAction('compact', (wishes) => session && compact(session, wishes), on)
  useAction('exportSession', (format) => session && exportAs(session, format), on)
}

function Title({ session }: { session: Session }) {
  const t = useWords()
  const [, navigate] = useLocation()
  const [renaming, setRenaming] = useState(false)
  useAction('rename', (wanted) => (wanted ? rename(session, wanted) : setRenaming(true)))
  if (renaming) {
    return (
      <TitleField
        className="page-header__field"
        title={session.title}
        onSave={(title) => rename(session, title)}
        onEnd={() => setRenaming(false)}
      />
    )
  }
  return (
    <>
      <h1
        className="page-header__title"
        dir="auto"
        title={titleOf(session)}
        onDoubleClick={() => setRenaming(true)}
      >
        {titleOf(session)}
      </h1>
      <SessionActions
        session={session}
        withKeys
        onRename={() => setRenaming(true)}
        onInstructions={() => runAction('instructions')}
        onGone={() => navigate('/')}
        onBack={() => navigate(`/s/${session.id}`)}
        onFork={(id) => navigate(`/s/${id}`)}
        trigger={
          <IconButton label={t('app.sessionMenu')}>
            <Ellipsis size={17} aria-hidden />
          </IconButton>
        }
      />
      {session.forkedFrom ? <ForkOrigin sessionId={session.forkedFrom.sessionId} /> : null}
    </>
  )
}

function SessionInstructions({ session }: { session: Session }) {
  return (
    <Instructions
      value={{
        personaId: session.personaId ?? '',
        systemPrompt: session.systemPrompt ?? '',
        parameters: session.parameters ?? {},
      }}
      modelWith={useAnswering(chosenIn(session), session.personaId).modelWith}
      onChange={({ personaId, systemPrompt, parameters }) => {
        // Only what changed: a persona that is gone can stay, but not be chosen.
        const persona = personaId === (session.personaId ?? '') ? {} : { personaId: personaId || null }
        return updateSession(session.id, {
          ...persona,
          systemPrompt: systemPrompt.trim() ? systemPrompt : null,
          parameters: Object.keys(parameters).length > 0 ? parameters : null,
        })
      }}
    />
  )
}

/** The model that was chosen for a session. */
function chosenIn(session: Session | undefined): Partial<ModelChoice> {
  return {
    ...(session?.defaultProviderId ? { providerId: session.defaultProviderId } : {}),
    ...(session?.defaultModelId ? { modelId: session.defaultModelId } : {}),
  }
}

function SessionModel({ id, session }: { id: string; session: Session | undefined }) {
  const t = useWords()
  const once = useNextModel(id)
  const compared = useNextModels(id)
  const chosen = chosenIn(session)
  const { persona } = useAnswering(chosen, session?.personaId)
  return (
    <ModelPicker
      once={{ chosen: once, onChoose: (choice) => setNextModel(id, choice) }}
      several={{ chosen: compared, onChoose: (choices) => setNextModels(id, choices) }}
      chosen={chosen}
      persona={persona}
      onChoose={({ providerId, modelId }) => {
        updateSession(id, { defaultProviderId: providerId, defaultModelId: modelId }).catch(
          (reason: unknown) => {
            const detail = reason instanceof ApiError ? { description: reason.detail } : {}
            showToast({ title: t('composer.modelFailed'), tone: 'failed', ...detail })
          },
        )
      }}
    />
  )
}

function Missing() {
  const t = useWords()
  const [, navigate] = useLocation()
  return (
    <div className="page">
      <PageHeader bare />
      <div className="page__centre">
        <EmptyState
          heading
          title={t('app.missingTitle')}
          action={
            <Button tone="primary" onClick={() => navigate('/')}>
              {t('app.missingAction')}
            </Button>
          }
        >
          {t('app.missingBody')}
        </EmptyState>
      </div>
    </div>
  )
}
