// An answer that failed: what happened in plain words, and the next steps, the most promising one first.
import { useWords } from '../../i18n'
import { type ChatMessage, continueMessage, regenerate, useModels } from '../../state'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { again } from './again'
import { attempt } from './attempt'
import { ModelMenu } from './model-menu'
import { ProvidersLink } from './providers-link'
import { useRowActions } from './row-context'
import { nameOf, type Remedy, remediesFor, troubleOf } from './trouble'
import { useSecondsUntil } from './use-seconds-until'

export function FailureCard({ message, last }: { message: ChatMessage; last: boolean }) {
  const words = useWords()
  const { error } = message
  const wait = useSecondsUntil(error?.retryAfterMs ? message.updatedAt + error.retryAfterMs : 0)
  const before = (message.metadata?.routing?.attempts ?? []).filter((one) => one.code).slice(0, -1)
  return (
    <div className="failure">
      <div className="failure__what">
        <Pill tone="failed">{words(`trouble.${troubleOf(error?.code)}`)}</Pill>
        <p className="failure__words">{error?.message}</p>
      </div>
      {before.length > 0 ? (
        <div className="failure__tried">
          <p>{words('thread.tried')}</p>
          <ul>
            {before.map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: attempts are in order and never change
              <li key={index}>
                <span className="failure__model">{nameOf(one)}</span>{' '}
                {troubleOf(one.code) === 'unknown' ? one.reason : words(`trouble.${troubleOf(one.code)}`)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <Steps message={message} last={last} />
      {wait > 0 ? (
        <p className="failure__wait" aria-live="off">
          {words('thread.retryIn', { seconds: wait })}
        </p>
      ) : null}
    </div>
  )
}

function Steps({ message, last }: { message: ChatMessage; last: boolean }) {
  const remedies = remediesFor(message.error?.code, last && message.content !== '')
  return (
    <div className="failure__steps">
      {remedies.map((remedy, index) => (
        <Step key={remedy} remedy={remedy} message={message} first={index === 0} />
      ))}
    </div>
  )
}

function Step({ remedy, message, first }: { remedy: Remedy; message: ChatMessage; first: boolean }) {
  const words = useWords()
  const { sessionId, edit } = useRowActions()
  const { find } = useModels()
  const tone = first ? 'plain' : 'quiet'
  const { parentId, providerId, modelId } = message
  switch (remedy) {
    case 'continue':
      return (
        <Button size="s" tone={tone} onClick={() => void attempt(continueMessage(sessionId, message.id))}>
          {words('thread.continue')}
        </Button>
      )
    case 'retry':
      return (
        <Button size="s" tone={tone} onClick={() => void attempt(again(sessionId, message))}>
          {words('thread.retryAnswer')}
        </Button>
      )
    case 'otherModel':
    case 'largerModel': {
      const window = remedy === 'largerModel' ? find(providerId, modelId)?.contextWindow : undefined
      return (
        <ModelMenu
          label={words('thread.regenerateWith')}
          over={window ?? undefined}
          value={providerId && modelId ? { providerId, modelId } : undefined}
          trigger={
            <Button size="s" tone={tone}>
              {words(`thread.${remedy}`)}
            </Button>
          }
          onChoose={(model) => void attempt(regenerate(sessionId, message.id, model))}
        />
      )
    }
    case 'checkKey':
    case 'checkProvider':
      return <ProvidersLink tone={tone}>{words(`thread.${remedy}`)}</ProvidersLink>
    case 'edit':
      return parentId ? (
        <Button size="s" tone={tone} onClick={() => edit(parentId)}>
          {words('thread.editQuestion')}
        </Button>
      ) : null
  }
}
