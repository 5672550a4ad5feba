/** The slash commands that fit what is being written, above the composer; and what a written one is about to do. */
import { useWords } from '../../i18n'
import type { SlashAction } from '../../parts/actions/slash'
import type { SlashState } from './use-slash'
import './slash-menu.css'

export function SlashMenu({ slash }: { slash: SlashState }) {
  const t = useWords()
  if (slash.items) {
    return (
      <div className="slash-menu" id={slash.listId} role="listbox" aria-label={t('slash.list')}>
        {slash.items.map((item, index) => (
          <Item
            key={item.id}
            id={slash.optionId(item)}
            item={item}
            active={index === slash.active}
            onPoint={() => slash.point(index)}
            onChoose={() => slash.choose(item)}
          />
        ))}
      </div>
    )
  }
  if (!slash.typed) return null
  const { command, lacksArgument } = slash.typed
  return (
    <p className="slash-menu slash-menu--hint" role="status">
      <span className="slash-menu__name">/{command.slash.name}</span>
      {lacksArgument
        ? t(`slash.wants.${command.id}` as 'slash.wants.rename')
        : t(`slash.does.${command.id}` as 'slash.does.newChat')}
    </p>
  )
}

interface ItemProps {
  id: string
  item: SlashAction
  active: boolean
  onPoint: () => void
  onChoose: () => void
}

function Item({ id, item, active, onPoint, onChoose }: ItemProps) {
  const t = useWords()
  const { name, argument } = item.slash
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the text field has the focus and takes the keys
    <div
      id={id}
      role="option"
      aria-selected={active}
      className="slash-menu__item"
      onMouseMove={active ? undefined : onPoint}
      // The text field keeps the focus.
      onMouseDown={(press) => press.preventDefault()}
      onClick={onChoose}
    >
      <span className="slash-menu__name">
        /{name}
        {argument ? (
          <span className="slash-menu__argument"> {t(`slash.wants.${item.id}` as 'slash.wants.rename')}</span>
        ) : null}
      </span>
      <span className="slash-menu__does">{t(`slash.does.${item.id}` as 'slash.does.newChat')}</span>
    </div>
  )
}
