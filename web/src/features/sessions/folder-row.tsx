/** A folder in the list: opens and closes, takes sessions that are dropped on it, is renamed and dissolved. */
import { ChevronRight, Ellipsis, FolderMinus, Pencil } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { loadMoreOf, setFolderOpen } from '../../state'
import { Button, IconButton } from '../../ui/button'
import { Menu, MenuItem } from '../../ui/menu'
import { useDrop } from './drag'
import { RenameFolder } from './folder-dialog'
import type { FolderLine } from './lines'
import { dissolveFolder, renameFolder } from './shelf-commands'
import './shelf.css'

export interface FolderRowProps {
  line: FolderLine
  tabbable: boolean
  onDrop: (ids: string[]) => void
}

export function FolderRow({ line, tabbable, onDrop }: FolderRowProps) {
  const { name, count, open } = line
  const t = useWords()
  const [renaming, setRenaming] = useState(false)
  const drop = useDrop(onDrop)
  const tabIndex = tabbable ? 0 : -1
  return (
    <div className="folder-row" data-over={drop.over || undefined} {...drop.props}>
      <button
        type="button"
        className="folder-row__name"
        aria-expanded={open}
        aria-label={t('shelf.folder', { name, count })}
        tabIndex={tabIndex}
        data-line={line.key}
        onClick={() => setFolderOpen(name, !open)}
        onKeyDown={(press) => {
          const opens = press.key === 'ArrowRight'
          if (press.key === 'F2') setRenaming(true)
          else if (opens || press.key === 'ArrowLeft') setFolderOpen(name, opens)
          else return
          press.preventDefault()
        }}
      >
        <ChevronRight className="folder-row__arrow" size={14} aria-hidden />
        <span className="folder-row__words">{name}</span>
        <span className="folder-row__count">{count}</span>
      </button>
      <Menu
        align="end"
        trigger={
          <IconButton
            size="s"
            label={t('shelf.folderActions', { name })}
            className="folder-row__more"
            tabIndex={tabIndex}
          >
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={() => setRenaming(true)}>
          {t('shelf.renameTitle')}
        </MenuItem>
        <MenuItem icon={<FolderMinus size={15} aria-hidden />} onSelect={() => dissolveFolder(name)}>
          {t('shelf.dissolve')}
        </MenuItem>
      </Menu>
      {renaming ? (
        <RenameFolder
          name={name}
          onClose={() => setRenaming(false)}
          onRename={(to) => renameFolder(name, to)}
        />
      ) : null}
    </div>
  )
}

export interface MoreRowProps {
  line: { key: string; name: string; status: 'loading' | 'ready' | 'error' }
  tabbable: boolean
}

/** What a folder holds beyond what is loaded. */
export function MoreRow({ line, tabbable }: MoreRowProps) {
  const t = useWords()
  const label = { loading: 'sessions.loading', ready: 'shelf.more', error: 'shelf.moreFailed' } as const
  return (
    <div className="folder-more">
      <Button
        tone="quiet"
        size="s"
        tabIndex={tabbable ? 0 : -1}
        data-line={line.key}
        disabled={line.status === 'loading'}
        onClick={() => loadMoreOf(line.name)}
      >
        {t(label[line.status], { name: line.name })}
      </Button>
    </div>
  )
}
