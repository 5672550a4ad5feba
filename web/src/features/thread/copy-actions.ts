// Copies of what was said last, by keys and for the whole conversation.
import { words } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import { lastCodeOf } from '../../parts/markdown/plain-text'
import { answersFromEnd } from '../../state'
import { showToast } from '../../ui/toast'

export function useCopyActions(sessionId: string): void {
  useAction('copyAnswer', () => {
    const answer = answersFromEnd(sessionId)[0]
    copy(answer, words('thread.answerCopied'), words('thread.noAnswerToCopy'))
  })
  useAction('copyCode', () => {
    copy(lastCode(answersFromEnd(sessionId)), words('thread.codeCopied'), words('thread.noCodeToCopy'))
  })
}

/** The last code block of the newest answer that has one. */
export function lastCode(answers: readonly string[]): string | undefined {
  for (const answer of answers) {
    const code = lastCodeOf(answer)
    if (code !== undefined) return code
  }
  return undefined
}

function copy(text: string | undefined, done: string, nothing: string): void {
  if (text === undefined) {
    showToast({ title: nothing, key: 'copied' })
    return
  }
  navigator.clipboard.writeText(text).then(
    () => showToast({ title: done, key: 'copied' }),
    () => showToast({ title: words('thread.copyFailed'), tone: 'failed' }),
  )
}
