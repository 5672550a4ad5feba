/** All personas and prompts: made, changed, copied, deleted with undo, and as a file out and in. */
import { Copy, Download, Ellipsis, Pencil, Plus, Trash2, Upload } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useWords } from '../../i18n'
import {
  deletePersona,
  deletePrompt,
  exportPresets,
  importPresets,
  restorePersona,
  restorePrompt,
  usePresets,
} from '../../state'
import { Button, IconButton } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu'
import { showToast } from '../../ui/toast'
import { PersonaDialog, type PersonaDraft } from './persona-dialog'
import { PromptDialog, type PromptDraft } from './prompt-dialog'
import { tell } from './tell'
import './presets.css'

export function Library() {
  const t = useWords()
  const { status, personas, prompts, reload } = usePresets()
  const [persona, setPersona] = useState<PersonaDraft>()
  const [prompt, setPrompt] = useState<PromptDraft>()

  if (status === 'error') {
    return (
      <EmptyState
        title={t('presets.failed')}
        action={<Button onClick={reload}>{t('presets.retry')}</Button>}
      />
    )
  }
  if (status === 'loading') return <p className="presets__quiet">{t('presets.loading')}</p>

  return (
    <div className="presets">
      <Section
        id="presets-personas"
        title={t('presets.personas')}
        none={personas.length === 0 ? t('presets.noPersonas') : undefined}
        action={
          <Button tone="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setPersona({})}>
            {t('presets.addPersona')}
          </Button>
        }
      >
        {personas.map((item) => (
          <Row
            key={item.id}
            name={item.name}
            about={item.description ?? item.prompt}
            onEdit={() => setPersona(item)}
            onDuplicate={() => {
              const { id: _, ...fields } = item
              setPersona({ ...fields, name: t('presets.copyOf', { name: item.name }).slice(0, 60) })
            }}
            onDelete={() => deletePersona(item.id)}
            onUndo={() => restorePersona(item.id)}
          />
        ))}
      </Section>
      <Section
        id="presets-prompts"
        title={t('presets.prompts')}
        none={prompts.length === 0 ? t('presets.noPrompts') : undefined}
        action={
          <Button tone="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setPrompt({})}>
            {t('presets.addPrompt')}
          </Button>
        }
      >
        {prompts.map((item) => (
          <Row
            key={item.id}
            name={item.name}
            about={item.title ?? item.content}
            onEdit={() => setPrompt(item)}
            onDuplicate={() => {
              const { id: _, ...fields } = item
              setPrompt({ ...fields, name: `${item.name.slice(0, 35)}-copy` })
            }}
            onDelete={() => deletePrompt(item.id)}
            onUndo={() => restorePrompt(item.id)}
          />
        ))}
      </Section>
      <Files />
      <PersonaDialog draft={persona} onClose={() => setPersona(undefined)} />
      <PromptDialog draft={prompt} onClose={() => setPrompt(undefined)} />
    </div>
  )
}

interface SectionProps {
  id: string
  title: string
  /** Said in place of the list. Absent: there is one. */
  none: string | undefined
  action: ReactNode
  children: ReactNode
}

function Section({ id, title, none, action, children }: SectionProps) {
  return (
    <section aria-labelledby={id}>
      <header className="presets__head">
        <h2 id={id} className="presets__title">
          {title}
        </h2>
        {action}
      </header>
      {none ? <p className="presets__quiet">{none}</p> : <ul className="presets__list">{children}</ul>}
    </section>
  )
}

interface RowProps {
  name: string
  about: string
  onEdit: () => void
  onDuplicate: () => void
  onDelete: () => Promise<unknown>
  onUndo: () => Promise<unknown>
}

/** Milliseconds that undo stays in reach. */
const UNDO_MS = 10_000

function Row({ name, about, onEdit, onDuplicate, onDelete, onUndo }: RowProps) {
  const t = useWords()
  const remove = () => {
    const failed = tell(t('presets.actionFailed'))
    const undo = () => {
      onUndo().catch(failed)
    }
    onDelete().then(() => {
      const action = { label: t('presets.undo'), onAct: undo }
      showToast({ title: t('presets.deleted', { name }), stayMs: UNDO_MS, action })
    }, failed)
  }
  return (
    <li className="preset">
      <div className="preset__words">
        <span className="preset__name">{name}</span>
        <span className="preset__about">{about}</span>
      </div>
      <Menu
        align="end"
        trigger={
          <IconButton label={t('presets.more', { name })}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={onEdit}>
          {t('presets.edit')}
        </MenuItem>
        <MenuItem icon={<Copy size={15} aria-hidden />} onSelect={onDuplicate}>
          {t('presets.duplicate')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" icon={<Trash2 size={15} aria-hidden />} onSelect={remove}>
          {t('presets.delete')}
        </MenuItem>
      </Menu>
    </li>
  )
}

function Files() {
  const t = useWords()
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File) => {
    let library: unknown
    try {
      library = JSON.parse(await file.text())
    } catch {
      library = undefined
    }
    if (typeof library !== 'object' || library === null) {
      showToast({ title: t('presets.importFailed'), description: t('presets.notJson'), tone: 'failed' })
      return
    }
    await importPresets(library).then(
      ({ added, renamed, skipped }) => {
        const counts = { added: added.length, renamed: renamed.length, skipped: skipped.length }
        const names = renamed.map(({ name, now }) => t('presets.renamed', { name, now })).join(', ')
        showToast({ title: t('presets.imported', counts), ...(names ? { description: names } : {}) })
      },
      tell(t('presets.importFailed')),
    )
  }
  return (
    <div className="presets__files">
      <Button
        icon={<Download size={16} aria-hidden />}
        onClick={() => void exportPresets().catch(tell(t('presets.actionFailed')))}
      >
        {t('presets.export')}
      </Button>
      <Button icon={<Upload size={16} aria-hidden />} onClick={() => input.current?.click()}>
        {t('presets.import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void take(file)
        }}
      />
    </div>
  )
}
