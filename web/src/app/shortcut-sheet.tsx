/** The cheat sheet: every shortcut, from the table that the keys themselves use. */
import { useWords } from '../i18n'
import { keyNames, SHORTCUTS } from '../parts/shortcuts/shortcuts'
import { Dialog } from '../ui/dialog'
import { Kbd } from '../ui/kbd'
import './shortcut-sheet.css'

const GROUPS = ['general', 'composer', 'conversation', 'sessions'] as const

/** Keys that belong to a control and not to the page. */
const OF_CONTROLS = [
  { id: 'send', group: 'composer', keys: ['Enter'] },
  { id: 'newline', group: 'composer', keys: ['Shift', 'Enter'] },
  { id: 'messages', group: 'conversation', keys: ['J', 'K'] },
  { id: 'move', group: 'sessions', keys: ['↑', '↓'] },
  { id: 'rename', group: 'sessions', keys: ['F2'] },
] as const

export function ShortcutSheet({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useWords()
  const entries = [
    ...OF_CONTROLS,
    ...SHORTCUTS.map(({ id, group, combination }) => ({ id, group, keys: keyNames(combination) })),
  ]
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('shortcuts.title')}
      closeLabel={t('shortcuts.close')}
    >
      {GROUPS.map((group) => (
        <section key={group} className="shortcut-sheet__group">
          <h3 className="shortcut-sheet__heading">{t(`shortcuts.groups.${group}`)}</h3>
          <dl className="shortcut-sheet__list">
            {entries
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <div key={entry.id} className="shortcut-sheet__entry">
                  <dt>{t(`shortcuts.${entry.id}`)}</dt>
                  <dd>
                    <Kbd keys={entry.keys} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
