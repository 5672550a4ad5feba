/** A command to run in a terminal, with a button that copies it. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../i18n'
import { IconButton } from '../../ui/button'
import './command.css'

export function Command({ text }: { text: string }) {
  const t = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])

  return (
    <div className="command">
      <code className="command__text">
        <span className="command__prompt" aria-hidden>
          ${' '}
        </span>
        {text}
      </code>
      <IconButton
        size="s"
        label={copied ? t('signIn.copied') : t('signIn.copyCommand')}
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }}
      >
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </IconButton>
    </div>
  )
}
