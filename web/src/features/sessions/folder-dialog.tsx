/** Where sessions are to be filed: a folder that is there, a new one, none. Also: another name for a folder. */
import { Check, Folder, FolderMinus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useWords } from '../../i18n'
import { type Session, useLabels } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/text-field'
import { LONGEST, tidy } from './labels'
import './shelf.css'

export interface FolderDialogProps {
  sessions: readonly Session[]
  onClose: () => void
  onChoose: (folder: string | null) => void
}

export function FolderDialog({ sessions, onClose, onChoose }: FolderDialogProps) {
  const t = useWords()
  const { folders } = useLabels()
  const places = new Set(sessions.map((session) => session.folder ?? null))
  const present = places.size === 1 ? [...places][0] : undefined
  const choose = (folder: string | null) => {
    onClose()
    onChoose(folder)
  }
  const choice = (folder: string | null, label: string) => (
    <li key={label}>
      <Button
        tone="quiet"
        className="shelf-choice"
        aria-pressed={present === folder}
        icon={folder === null ? <FolderMinus size={15} aria-hidden /> : <Folder size={15} aria-hidden />}
        onClick={() => choose(folder)}
      >
        <span className="shelf-choice__name">{label}</span>
        {present === folder ? <Check size={14} aria-hidden /> : null}
      </Button>
    </li>
  )
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t('shelf.moveTitle')}
      closeLabel={t('shelf.cancel')}
    >
      <ul className="shelf-choices">
        {choice(null, t('shelf.none'))}
        {folders.map(({ name }) => choice(name, name))}
      </ul>
      <NameForm label={t('shelf.newFolder')} submit={t('shelf.create')} onSubmit={choose} />
    </Dialog>
  )
}

export interface RenameFolderProps {
  name: string
  onClose: () => void
  onRename: (name: string) => void
}

export function RenameFolder({ name, onClose, onRename }: RenameFolderProps) {
  const t = useWords()
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t('shelf.renameTitle')}
      closeLabel={t('shelf.cancel')}
    >
      <NameForm
        label={t('shelf.folderName')}
        submit={t('sessions.rename')}
        name={name}
        onSubmit={(wanted) => {
          onClose()
          onRename(wanted)
        }}
      />
    </Dialog>
  )
}

interface NameFormProps {
  label: string
  submit: string
  name?: string
  onSubmit: (name: string) => void
}

function NameForm({ label, submit, name = '', onSubmit }: NameFormProps) {
  const t = useWords()
  const [typed, setTyped] = useState(name)
  const [problem, setProblem] = useState<string>()
  const onForm = (event: FormEvent) => {
    event.preventDefault()
    const wanted = tidy(typed)
    if (wanted) onSubmit(wanted)
    else setProblem(t('shelf.nameMissing'))
  }
  return (
    <form className="shelf-form" onSubmit={onForm}>
      <TextField
        label={label}
        value={typed}
        maxLength={LONGEST}
        autoComplete="off"
        problem={problem}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setProblem(undefined)
        }}
      />
      <Button type="submit" tone="primary">
        {submit}
      </Button>
    </form>
  )
}
