/**
 * Where a message is written. Enter sends, or queues while an answer runs; Mod+Enter stops that answer and sends now;
 * Shift+Enter makes a line; Esc stops. Who chose Mod+Enter for sending gets lines from Enter. A draft that is a slash command is run instead of sent; an `@` names a
 * session or a prompt.
 *
 * Always true: the draft outlives a reload; what was handed over leaves the box at once and is in the thread.
 * Elsewhere: delivery with its retries (`state`); which model answers (the `model` slot).
 */
import { ArrowUp, Square } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import { keysOf, useKeyNames } from '../../parts/actions/bindings'
import { matches } from '../../parts/actions/keys'
import { sendNames, sends } from '../../parts/actions/send-key'
import { useAction } from '../../parts/actions/use-action'
import {
  type ApiError,
  type ChatAttachmentRef,
  cancelMessage,
  handOver,
  pastedText,
  removeFile,
  type SendOptions,
  takeFiles,
  useDraft,
  usePreferences,
  useRunning,
} from '../../state'
import { Button, IconButton } from '../../ui/button'
import { Kbd } from '../../ui/kbd'
import { showToast } from '../../ui/toast'
import { AttachButton } from './attach-button'
import { CompletionMenu } from './completion-menu'
import { DraftedFiles } from './drafted-files'
import { DropZone } from './drop-zone'
import { GrowingText } from './growing-text'
import { roomFor, sizeText } from './limit'
import { SlashMenu } from './slash-menu'
import { type Attaching, useAttaching } from './use-attaching'
import { useBlock } from './use-block'
import { type CompletionState, useCompletion } from './use-completion'
import { useRecall } from './use-recall'
import { type SlashState, useSlash } from './use-slash'
import './composer.css'

/** How a message goes out, and the files that go with it; those of a new chat are the draft's until it is a session. */
export interface Sending extends SendOptions {
  attachments?: readonly ChatAttachmentRef[]
}

export interface ComposerProps {
  /** `null`: a new chat, that begins with this message. */
  sessionId: string | null
  /** Takes the message over, and the draft with it; resolves once it is safe, and gives the draft back by rejecting. */
  onSend: (content: string, options: Sending) => Promise<void> | undefined
  /** The model picker. */
  model: ReactNode
}

export function Composer({ sessionId, onSend, model }: ComposerProps) {
  const t = useWords()
  const area = useRef<HTMLTextAreaElement>(null)
  const draftKey = sessionId ?? 'new'
  const [draft, setDraft] = useDraft(draftKey)
  const [handing, setHanding] = useState(false)
  const attaching = useAttaching(draftKey)
  const [waits, setWaits] = useState<Waits | null>(null)
  const running = useRunning(sessionId)
  const isRunning = running.length > 0
  const room = roomFor(draft)
  const reason = whyNot(draft, attaching, sessionId === null, room.state === 'over', t)
  const { stop, stopping } = useStop(sessionId, running)
  const slash = useSlash(draft, setDraft)
  const completion = useCompletion(draft, setDraft, area, sessionId)
  const recall = useRecall(sessionId, draft, setDraft)
  const { sendKey } = usePreferences()
  const stopKeys = useKeyNames('stop')
  const nowKeys = useKeyNames('sendNow')

  useAction('focusComposer', () => area.current?.focus())
  useFocusOnArrival(area, sessionId)
  useBlock(draftKey, area, draft, setDraft)

  const send = (options: SendOptions = {}) => {
    if (reason !== undefined || handing || slash.run()) return
    if (attaching.busy) {
      setWaits({ draft: draftKey, options })
      return
    }
    setWaits(null)
    const files = sessionId ? takeFiles(draftKey) : []
    const done = onSend(draft.trim(), files.length > 0 ? { ...options, attachments: files } : options)
    if (!done) {
      setDraft('')
      return
    }
    setHanding(true)
    handOver(draftKey, done)
    done.catch(() => undefined).finally(() => setHanding(false))
  }

  useSendWhenUp(draftKey, attaching, handing, [waits, setWaits], send)

  const onKeyDown = (press: KeyboardEvent<HTMLTextAreaElement>) => {
    // Safari ends a composition before it reports its Enter; 229 is then all that tells.
    if (press.nativeEvent.isComposing || press.keyCode === 229) return
    const taken =
      completion.onKeyDown(press) ||
      slash.onKeyDown(press) ||
      recall(press) ||
      (isRunning && matches(press.nativeEvent, keysOf('stop')) && did(stop)) ||
      // Before `sendNow`, which comes with the keys that may have been chosen for this.
      (sends(press.nativeEvent, sendKey) && did(send)) ||
      (isRunning && matches(press.nativeEvent, keysOf('sendNow')) && did(() => send({ now: true }))) ||
      // With nothing to stop it is as good as Enter.
      (sendKey === 'enter' && sends(press.nativeEvent, 'mod-enter') && did(send))
    if (taken) press.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a larger target for the pointer, the field itself takes the keys
    <div
      className="composer"
      onClick={(event) => {
        if (event.target === event.currentTarget) area.current?.focus()
      }}
    >
      {completion.choices ? <CompletionMenu completion={completion} /> : <SlashMenu slash={slash} />}
      <DropZone onFiles={attaching.add} />
      <DraftedFiles
        draft={draftKey}
        files={attaching.files}
        onText={(file) => {
          void pastedText(file.id).then((text) => {
            if (text === undefined) return
            removeFile(draftKey, file.id)
            setDraft(draft === '' ? text : `${draft}\n\n${text}`)
            area.current?.focus()
          })
        }}
      />
      <GrowingText
        ref={area}
        className="composer__text"
        aria-label={t('composer.label')}
        aria-describedby={room.state === 'plenty' ? undefined : 'composer-room'}
        placeholder={sessionId ? t('composer.placeholderFollowUp') : t('composer.placeholder')}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onSelect={completion.onSelect}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (attaching.paste(event.clipboardData)) event.preventDefault()
        }}
        enterKeyHint={sendKey === 'enter' ? 'send' : 'enter'}
        // Empty, it begins where the page's language does.
        dir={draft ? 'auto' : undefined}
        {...suggesting(completion, slash)}
      />
      <div className="composer__bar">
        <AttachButton
          onFiles={(files) => {
            attaching.add(files)
            area.current?.focus()
          }}
        />
        {model}
        <p id="composer-room" className="composer__room" data-state={room.state} role="status">
          {waits ? t('attach.sendsWhenUp') : null}
          {room.state === 'near' ? t('composer.nearLimit', { size: sizeText(room.leftBytes) }) : null}
          {room.state === 'over' ? t('composer.tooLong', { size: sizeText(room.overBytes) }) : null}
        </p>
        <span className="composer__hint" aria-hidden>
          <Kbd keys={sendNames(sendKey)} />
          {isRunning ? t('composer.hintQueue') : t('composer.hintSend')}
        </span>
        {waits ? (
          <Button tone="quiet" size="s" onClick={() => setWaits(null)}>
            {t('attach.dontSend')}
          </Button>
        ) : null}
        {isRunning ? (
          <Button
            size="m"
            disabled={stopping}
            icon={<Square size={11} fill="currentColor" aria-hidden />}
            onClick={stop}
            aria-keyshortcuts="Escape"
            title={stopKeys.join('+')}
          >
            {t(stopping ? 'composer.stopping' : running.length > 1 ? 'compare.stopAll' : 'composer.stop')}
          </Button>
        ) : null}
        {isRunning && reason === undefined ? (
          <Button
            tone="quiet"
            className="composer__now"
            title={nowKeys.join('+')}
            onClick={() => send({ now: true })}
          >
            {t('composer.sendNow')}
          </Button>
        ) : null}
        {isRunning ? (
          <Button tone="primary" disabled={reason !== undefined} onClick={() => send()}>
            {t('composer.queue')}
          </Button>
        ) : (
          <IconButton
            tone="primary"
            label={t('composer.send')}
            hint={reason}
            disabled={reason !== undefined || handing}
            onClick={() => send()}
            side="top"
          >
            <ArrowUp size={18} aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  )
}

/** Does it, and says that it was done. */
function did(act: () => void): true {
  act()
  return true
}

/** What tells assistive technology of the list over the field, and which of its options is marked. */
function suggesting({ choices, listId, activeId }: CompletionState, slash: SlashState) {
  const item = slash.items?.[slash.active]
  if (!choices && !item) return {}
  return {
    'aria-autocomplete': 'list' as const,
    'aria-controls': choices ? listId : slash.listId,
    'aria-activedescendant': choices ? activeId : item && slash.optionId(item),
  }
}

/** Why this can't be sent, in words; `undefined`: it can. */
function whyNot(
  draft: string,
  { files, busy }: Attaching,
  isNew: boolean,
  tooLong: boolean,
  t: ReturnType<typeof useWords>,
): string | undefined {
  if (draft.trim() === '' && files.length === 0) return t('composer.empty')
  // A new chat's uploads are tried again with the message, unless they were refused.
  const blocks = (problem: ApiError | undefined) => !isNew || problem?.transient === false
  if (!busy && files.some((file) => file.state === 'failed' && blocks(file.problem))) return t('attach.notUp')
  return tooLong ? t('composer.over') : undefined
}

/** What is to be sent once the files of its draft are up. */
interface Waits {
  draft: string
  options: SendOptions
}

/** Sends what waits as soon as its files are up; not when one of them failed, or another draft is open. */
function useSendWhenUp(
  draft: string,
  { busy, failed }: Attaching,
  handing: boolean,
  [waits, setWaits]: [Waits | null, (waits: Waits | null) => void],
  send: (options: SendOptions) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is sent is what stands there then
  useEffect(() => {
    if (!waits) return
    if (waits.draft !== draft) setWaits(null)
    if (waits.draft !== draft || busy || handing) return
    setWaits(null)
    if (!failed) send(waits.options)
  }, [waits, draft, busy, failed, handing])
}

/** Stopping lasts until the answers have ended; a refusal says so and lets one try again. */
function useStop(sessionId: string | null, running: readonly string[]) {
  const t = useWords()
  const [stopped, setStopped] = useState<readonly string[]>([])
  // They have ended; continued, the same answer can be stopped again.
  if (stopped.length > 0 && !stopped.some((id) => running.includes(id))) setStopped([])
  const stopping = running.length > 0 && running.every((id) => stopped.includes(id))
  const stop = () => {
    if (!sessionId || running.length === 0 || stopping) return
    setStopped(running)
    Promise.all(running.map((id) => cancelMessage(sessionId, id))).catch(() => {
      setStopped([])
      showToast({ title: t('composer.stopFailed'), tone: 'failed' })
    })
  }
  return { stop, stopping }
}

/** With a real keyboard a conversation is ready for typing as it opens; a phone's would cover half of it. */
function useFocusOnArrival(
  area: React.RefObject<HTMLTextAreaElement | null>,
  sessionId: string | null,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each conversation
  useEffect(() => {
    if (matchMedia('(hover: none)').matches) return
    const inList = document.activeElement instanceof HTMLElement && document.activeElement.dataset.session
    if (!inList) area.current?.focus({ preventScroll: true })
  }, [sessionId])
}
