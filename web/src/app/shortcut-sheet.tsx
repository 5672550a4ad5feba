/** The cheat sheet: the list of keys over whatever is open. */
import { useWords } from '../i18n'
import { late } from '../parts/page/late'
import { Dialog } from '../ui/dialog'

const KeyList = late(async () => (await import('../parts/actions/key-list')).KeyList)

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
