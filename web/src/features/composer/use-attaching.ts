// How files come into a draft, and what is said of those that don't.
import { useRef } from 'react'
import { useWords } from '../../i18n'
import { limitOf } from '../../parts/attachments/kinds'
import { attachFiles, type DraftFile, type Refusal, useDraftFiles, useSettings } from '../../state'
import { showToast } from '../../ui/toast'
import { isUnderWay } from './drafted-files'
import { filesOfPaste, isLong } from './pasted'

type Words = ReturnType<typeof useWords>

export interface Attaching {
  files: readonly DraftFile[]
  /** Some are still on their way. */
  busy: boolean
  /** Some did not get through. */
  failed: boolean
  add: (files: readonly File[]) => void
  /** Takes files and long texts out of a paste; `false`: it is left to the field. */
  paste: (data: DataTransfer) => boolean
}

export function useAttaching(draft: string): Attaching {
  const words = useWords()
  const files = useDraftFiles(draft)
  const { settings } = useSettings()
  const limits = settings?.attachments
  const say = (refused: readonly Refusal[]) => {
    for (const one of refused) {
      showToast({ title: words('attach.refused'), description: reasonOf(one, words), tone: 'failed' })
    }
  }
  const add = (added: readonly File[], pasted = false) => {
    say(attachFiles(draft, added, limits, { pasted }))
  }
  const paste = (data: DataTransfer) => {
    const pasted = filesOfPaste(data)
    if (pasted.length > 0) {
      add(pasted.map((file) => named(file, words)))
      return true
    }
    const text = data.getData('text/plain')
    if (!isLong(text)) return false
    add([new File([text], words('attach.pastedName'), { type: 'text/plain' })], true)
    return true
  }
  const latest = useRef({ add, paste })
  latest.current = { add, paste }
  return {
    files,
    busy: files.some(isUnderWay),
    failed: files.some((file) => file.state === 'failed'),
    add: (added) => latest.current.add(added),
    paste: (data) => latest.current.paste(data),
  }
}

/** Browsers call every pasted image the same. */
function named(file: File, words: Words): File {
  return file.name === 'image.png' ? new File([file], words('attach.imageName'), { type: file.type }) : file
}

function reasonOf(refusal: Refusal, words: Words): string {
  switch (refusal.why) {
    case 'tooLarge':
      return words('attach.tooLarge', { name: refusal.name, limit: limitOf(refusal.limit) })
    case 'tooMany':
      return words('attach.tooMany', { name: refusal.name, limit: refusal.limit })
    case 'empty':
      return words('attach.empty', { name: refusal.name })
  }
}
