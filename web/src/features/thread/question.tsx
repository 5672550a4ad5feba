// What the person wrote, and whether it has reached the server.
import { useWords } from '../../i18n'
import { Markdown } from '../../parts/markdown/markdown'
import { discardSend, type MessageView, retrySend } from '../../state'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { Attached } from './attached'
import { CopyButton } from './copy-button'
import { ProvidersLink } from './providers-link'

export function Question({ view }: { view: MessageView }) {
  return (
    <>
      <Attached attachments={view.message.attachments ?? []} />
      {view.message.content ? (
        <div className="row__bubble">
          <Markdown text={view.message.content} done />
        </div>
      ) : null}
      {view.delivery ? <Delivery view={view} /> : null}
    </>
  )
}

function Delivery({ view }: { view: MessageView }) {
  const words = useWords()
  const { message, delivery, problem } = view
  if (delivery === 'sending') return <p className="row__note">{words('thread.sending')}</p>
  return (
    <div className="row__note" role="alert">
      <Pill tone={delivery === 'failed' ? 'failed' : 'waiting'}>
        {words(delivery === 'failed' ? 'thread.notSent' : 'thread.sending')}
      </Pill>
      <span>{delivery === 'failed' ? problem?.detail : words('thread.retrying')}</span>
      <Button size="s" onClick={() => retrySend(message.id)}>
        {words('thread.retrySend')}
      </Button>
      {delivery === 'failed' ? (
        <>
          {problem?.code === 'model_unavailable' ? (
            <ProvidersLink tone="plain">{words('thread.checkProvider')}</ProvidersLink>
          ) : null}
          <CopyButton text={message.content} />
          <Button size="s" tone="quiet" onClick={() => discardSend(message.id)}>
            {words('thread.discard')}
          </Button>
        </>
      ) : null}
    </div>
  )
}
