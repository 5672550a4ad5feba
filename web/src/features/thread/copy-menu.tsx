// A message in the form that the place it goes to can use.
import { ChevronDown, FileText, Hash } from 'lucide-react'
import { useWords, words } from '../../i18n'
import { plainText } from '../../parts/markdown/plain-text'
import { IconButton } from '../../ui/button'
import { Menu, MenuItem } from '../../ui/menu'
import { showToast } from '../../ui/toast'

/** `text`: the message's Markdown. */
export function CopyMenu({ text }: { text: string }) {
  const say = useWords()
  const trigger = (
    <IconButton size="s" label={say('thread.copyMore')}>
      <ChevronDown size={13} aria-hidden />
    </IconButton>
  )
  return (
    <Menu trigger={trigger}>
      <MenuItem icon={<FileText size={15} aria-hidden />} onSelect={() => copy(plainText(text))}>
        {say('thread.copyAsText')}
      </MenuItem>
      <MenuItem icon={<Hash size={15} aria-hidden />} onSelect={() => copy(text)}>
        {say('thread.copyAsMarkdown')}
      </MenuItem>
    </Menu>
  )
}

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => showToast({ title: words('thread.copied'), key: 'copied' }),
    () => showToast({ title: words('thread.copyFailed'), tone: 'failed' }),
  )
}
