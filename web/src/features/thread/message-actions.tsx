// What can be done with a message. What can't be done while it is being made is not there.
import { ChevronDown, GitBranch, Pencil, Quote, RotateCcw, Trash2 } from 'lucide-react'
import { useLocation } from 'wouter'
import { words as say, useWords } from '../../i18n'
import { type ChatMessage, deleteMessage, forkSession, regenerate, restoreMessage } from '../../state'
import { IconButton } from '../../ui/button'
import { showToast } from '../../ui/toast'
import { AnswerDetails } from './answer-details'
import { attempt } from './attempt'
import { CopyButton } from './copy-button'
import { CopyMenu } from './copy-menu'
import { ModelMenu } from './model-menu'
import { useRowActions } from './row-context'

interface MessageActionsProps {
  message: ChatMessage
  /** It runs or waits. */
  open: boolean
  last: boolean
}

export function MessageActions({ message, open, last }: MessageActionsProps) {
  const words = useWords()
  const { sessionId, edit } = useRowActions()
  const [, navigate] = useLocation()
  const answer = message.role === 'assistant'
  const fork = async () => {
    let made = ''
    const worked = await attempt(forkSession(sessionId, message.id).then((id) => (made = id)))
    if (!worked) return
    navigate(`/s/${made}`)
    showToast({ title: words('thread.forked') })
  }
  return (
    <div className="row__actions" role="toolbar" aria-label={words('thread.actions')}>
      {message.content ? (
        <>
          <CopyButton text={message.content} />
          <CopyMenu text={message.content} />
          <QuoteAction id={message.id} />
        </>
      ) : null}
      {open ? null : (
        <>
          <IconButton size="s" label={words('thread.edit')} onClick={() => edit(message.id)}>
            <Pencil size={15} aria-hidden />
          </IconButton>
          {answer ? <Regenerate message={message} /> : null}
          <IconButton size="s" label={words('thread.fork')} onClick={() => void fork()}>
            <GitBranch size={15} aria-hidden />
          </IconButton>
          <IconButton
            size="s"
            label={words('thread.delete')}
            onClick={() => void remove(sessionId, message.id)}
          >
            <Trash2 size={15} aria-hidden />
          </IconButton>
          {answer ? <AnswerDetails message={message} last={last} /> : null}
        </>
      )}
    </div>
  )
}

function QuoteAction({ id }: { id: string }) {
  const words = useWords()
  const { quote } = useRowActions()
  return (
    <IconButton
      size="s"
      label={words('quote.message')}
      // What is selected in the message stays so until it is quoted.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => quote(id)}
    >
      <Quote size={15} aria-hidden />
    </IconButton>
  )
}

function Regenerate({ message }: { message: ChatMessage }) {
  const words = useWords()
  const { sessionId } = useRowActions()
  const { id, providerId, modelId } = message
  return (
    <>
      <IconButton
        size="s"
        label={words('thread.regenerate')}
        onClick={() => void attempt(regenerate(sessionId, id))}
      >
        <RotateCcw size={15} aria-hidden />
      </IconButton>
      <ModelMenu
        label={words('thread.regenerateWith')}
        value={providerId && modelId ? { providerId, modelId } : undefined}
        trigger={
          <IconButton size="s" label={words('thread.regenerateWith')}>
            <ChevronDown size={13} aria-hidden />
          </IconButton>
        }
        onChoose={(model) => void attempt(regenerate(sessionId, id, model))}
      />
    </>
  )
}

async function remove(sessionId: string, id: string): Promise<void> {
  if (!(await attempt(deleteMessage(sessionId, id)))) return
  showToast({
    title: say('thread.deletedToast'),
    action: { label: say('thread.undo'), onAct: () => void attempt(restoreMessage(sessionId, id)) },
  })
}
