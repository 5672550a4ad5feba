// Copies a text and says so for a moment.
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../i18n'
import { IconButton } from '../../ui/button'
import { showToast } from '../../ui/toast'

const SAID_MS = 1_600

export function CopyButton({ text }: { text: string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => showToast({ title: words('thread.copyFailed'), tone: 'failed' }),
    )
  }
  return (
    <IconButton size="s" label={words(copied ? 'thread.copied' : 'thread.copy')} onClick={copy}>
      {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
    </IconButton>
  )
}
