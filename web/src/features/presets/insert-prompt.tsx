/** Inserting a prompt into the draft: chosen by its name or from a list, its variables asked for first. */
import { useState } from 'react'
import { useWords } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import { filledIn, variablesOf } from '../../parts/presets/variables'
import { addToDraft, type Prompt, usePresets } from '../../state'
import { Dialog } from '../../ui/dialog'
import { SelectField } from '../../ui/select-field'
import { TextLines } from '../../ui/text-lines'
import { showToast } from '../../ui/toast'
import { PresetForm } from './preset-form'
import './presets.css'

/** `draftKey`: the draft that it is inserted into, after what stands there. */
export function InsertPrompt({ draftKey }: { draftKey: string }) {
  const t = useWords()
  const { prompts } = usePresets()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<Prompt>()

  const insert = (text: string) => {
    addToDraft(draftKey, text)
    // The dialog gives the focus back first.
    setTimeout(() => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus(), 0)
  }
  useAction('usePrompt', (wanted) => {
    const found = prompts.find(({ name }) => name === wanted?.toLowerCase())
    if (wanted !== undefined && !found) {
      showToast({ title: t('presets.unknownPrompt', { name: wanted }), tone: 'failed' })
    } else if (found && variablesOf(found.content).length === 0) {
      insert(found.content)
    } else {
      setChosen(found)
      setOpen(true)
    }
  })

  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t('presets.insertPrompt')}
      closeLabel={t('presets.close')}
    >
      {prompts.length === 0 ? (
        <p className="presets__quiet">{t('presets.noneToChoose')}</p>
      ) : (
        <Form
          prompts={prompts}
          first={chosen ?? prompts[0]}
          onInsert={insert}
          onClose={() => setOpen(false)}
        />
      )}
    </Dialog>
  )
}

interface FormProps {
  prompts: readonly Prompt[]
  first: Prompt | undefined
  onInsert: (text: string) => void
  onClose: () => void
}

function Form({ prompts, first, onInsert, onClose }: FormProps) {
  const t = useWords()
  const [id, setId] = useState(first?.id ?? '')
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const content = prompts.find((prompt) => prompt.id === id)?.content ?? ''
  const options = prompts.map(({ id: value, name, title }) => ({ value, label: title ?? name }))
  return (
    <PresetForm
      fields={[]}
      saveLabel={t('presets.insert')}
      onSave={async () => onInsert(filledIn(content, values))}
      onClose={onClose}
    >
      {() => (
        <>
          <SelectField
            label={t('presets.prompt')}
            groups={[{ label: t('presets.prompts'), options }]}
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
          {variablesOf(content).map((name) => (
            <TextLines
              key={name}
              label={name}
              rows={1}
              value={values[name] ?? ''}
              onChange={(value) => setValues((now) => ({ ...now, [name]: value }))}
            />
          ))}
        </>
      )}
    </PresetForm>
  )
}
