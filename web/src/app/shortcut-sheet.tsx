/** The cheat sheet: the list of keys over whatever is open. */
import { useWords } from '../i18n'
import { KeyList } from '../parts/actions/key-list'
import { Dialog } from '../ui/dialog'

export function ShortcutSheet({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useWords()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('shortcuts.title')}
      closeLabel={t('shortcuts.close')}
    >
      <KeyList />
    </Dialog>
  )
}
