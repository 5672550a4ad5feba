// Who speaks, when, and for an answer which provider and model really gave it.
import { useWords } from '../../i18n'
import { type ChatMessage, useModels } from '../../state'
import { Badge } from '../../ui/badge'
import { EditedMark } from './edited-mark'
import { shortTime } from './times'

/** `compared`: so many answers are shown, each with its own model. */
export function RowHeader({ message, compared = 0 }: { message: ChatMessage; compared?: number }) {
  const words = useWords()
  const who = words(message.role === 'user' ? 'thread.you' : 'thread.cowork')
  return (
    <header className="row__header">
      <h2 className="row__who" id={`row-${message.id}`}>
        {who}
      </h2>
      <time className="row__time" dateTime={new Date(message.createdAt).toISOString()}>
        {shortTime(message.createdAt)}
      </time>
      {message.revision > 1 ? <EditedMark message={message} /> : null}
      {message.role === 'assistant' && compared === 0 ? <ModelBadge message={message} /> : null}
    </header>
  )
}

function ModelBadge({ message }: { message: ChatMessage }) {
  const words = useWords()
  const models = useModels()
  // Until something has answered, the one that was asked.
  const open = message.status === 'pending' || message.status === 'streaming'
  const { providerId, modelId } =
    message.providerId || !open ? message : (message.metadata?.routing?.asked ?? message)
  if (!providerId || !modelId) return null
  return (
    <>
      <Badge>{`${providerId} · ${modelId}`}</Badge>
      {models.find(providerId, modelId)?.demo ? <Badge tone="waiting">{words('thread.demo')}</Badge> : null}
    </>
  )
}
