// A message opened for editing, where it stands. Mod+Enter reruns, Mod+S saves, Esc leaves it as it was. What is written
// outlives a reload: it is there again when the message is opened again.
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { type ChatMessage, editMessage, useDraft } from '../../state'
import { Button } from '../../ui/button'
import { attempt } from './attempt'
import { EditedFiles } from './edited-files'
import { useRowActions } from './row-context'

export function EditForm({ message, onEnd: leave }: { message: ChatMessage; onEnd: () => void }) {
  const words = useWords()
  const { sessionId, hold } = useRowActions()
  const [draft, setDraft] = useDraft(`edit.${message.id}`)
  const [text, setText] = useState(draft || message.content)
  const [busy, setBusy] = useState(false)
  const hintId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  // An answer has nothing to rerun: it is regenerated, not asked.
  const canRerun = message.role === 'user'
  const blank = text.trim() === ''
  const files = message.attachments ?? []
  const [dropped, setDropped] = useState<readonly string[]>([])

  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [])

  const onEnd = () => {
    setDraft('')
    leave()
  }

  const save = async (regenerate: boolean) => {
    if (blank || busy || (!regenerate && dropped.length > 0)) return
    if (!regenerate && text === message.content) {
      onEnd()
      return
    }
    setBusy(true)
    if (!regenerate) hold()
    const kept = files.flatMap(({ id }) => (dropped.includes(id) ? [] : [id]))
    const options = dropped.length > 0 ? { regenerate, attachments: kept } : { regenerate }
    if (await attempt(editMessage(sessionId, message.id, text, options))) onEnd()
    else setBusy(false)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onEnd()
    } else if (mod && event.key === 'Enter') {
      event.preventDefault()
      void save(canRerun)
    } else if (mod && event.key.toLowerCase() === 's') {
      event.preventDefault()
      void save(false)
    }
  }

  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault()
        void save(canRerun)
      }}
    >
      <textarea
        ref={field}
        className="edit__field"
        dir="auto"
        aria-label={words('thread.editField')}
        value={text}
        rows={Math.min(12, text.split('\n').length + 1)}
        onChange={({ target: { value } }) => {
          setText(value)
          setDraft(value === message.content ? '' : value)
        }}
        onKeyDown={onKeyDown}
      />
      {files.length > 0 ? <EditedFiles files={files} dropped={dropped} onDropped={setDropped} /> : null}
      <div className="edit__foot">
        {canRerun ? (
          <p className="edit__hint" id={hintId}>
            {words(dropped.length > 0 ? 'thread.filesHint' : 'thread.editHint')}
          </p>
        ) : null}
        <Button size="s" tone="quiet" onClick={onEnd}>
          {words('thread.cancel')}
        </Button>
        <Button
          size="s"
          disabled={blank || busy || dropped.length > 0}
          aria-describedby={canRerun ? hintId : undefined}
          onClick={() => void save(false)}
        >
          {words('thread.save')}
        </Button>
        {canRerun ? (
          <Button size="s" tone="primary" type="submit" disabled={blank || busy}>
            {words('thread.saveAndRun')}
          </Button>
        ) : null}
      </div>
    </form>
  )
}
