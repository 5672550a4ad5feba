// A small button that copies something of a message, and says so for a moment.
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../i18n'
import { showToast } from '../../ui/toast'

/** How long the button says that it copied. */
const SAID_MS = 1_600

/** `text` is made when it is asked for. */
export function CopyTool({ label, text }: { label: string; text: () => string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    void navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => showToast({ title: words('thread.copyFailed'), tone: 'failed' }),
    )
  return (
    <button type="button" className="md-tool" onClick={copy}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {copied ? words('markdown.copied') : label}
    </button>
  )
}
