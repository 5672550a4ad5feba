/** A prompt, made or changed in a dialog. */
import { useState } from 'react'
import { useWords } from '../../i18n'
import { addPrompt, type Prompt, updatePrompt } from '../../state'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/text-field'
import { TextLines } from '../../ui/text-lines'
import { PresetForm } from './preset-form'

/** What the dialog begins with; without an id it makes a new one. `undefined`: closed. */
export type PromptDraft = Partial<Prompt> | undefined

const FIELDS = ['name', 'title', 'content']

export function PromptDialog({ draft, onClose }: { draft: PromptDraft; onClose: () => void }) {
  const t = useWords()
  return (
    <Dialog
      open={draft !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t(draft?.id ? 'presets.editPrompt' : 'presets.newPrompt')}
      closeLabel={t('presets.close')}
    >
      {draft === undefined ? null : <PromptForm draft={draft} onClose={onClose} />}
    </Dialog>
  )
}

function PromptForm({ draft, onClose }: { draft: Partial<Prompt>; onClose: () => void }) {
  const t = useWords()
  const [name, setName] = useState(draft.name ?? '')
  const [title, setTitle] = useState(draft.title ?? '')
  const [content, setContent] = useState(draft.content ?? '')
  const save = () => {
    const fields = { name, content, title: title || null }
    return draft.id ? updatePrompt(draft.id, fields) : addPrompt(fields)
  }
  return (
    <PresetForm fields={FIELDS} onSave={save} onClose={onClose}>
      {(problems) => (
        <>
          <TextField
            label={t('presets.slug')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            mono
            maxLength={40}
            hint={t('presets.slugHint')}
            problem={problems.name}
            value={name}
            onChange={(event) => setName(event.target.value.toLowerCase().replaceAll(' ', '-'))}
          />
          <TextField
            label={t('presets.promptTitle')}
            autoComplete="off"
            maxLength={100}
            problem={problems.title}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <TextLines
            label={t('presets.content')}
            rows={8}
            hint={t('presets.contentHint', { example: '{{name}}' })}
            problem={problems.content}
            value={content}
            onChange={setContent}
          />
        </>
      )}
    </PresetForm>
  )
}
