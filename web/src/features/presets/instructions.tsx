/** What the model is told before a conversation: the persona in use, as a chip, and the dialog that chooses it. */
import { UserRound } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../../i18n'
import { useAction } from '../../parts/actions/use-action'
import { type ModelEntry, type Persona, type SessionSetup, usePresets } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { SelectField } from '../../ui/select-field'
import { TextLines } from '../../ui/text-lines'
import { showToast } from '../../ui/toast'
import { ParameterFields, useParametersOf } from './parameter-fields'
import { draftOf, PARAMETER_FIELDS } from './parameters'
import { PresetForm } from './preset-form'
import { tell } from './tell'
import { useLengthHint } from './use-length-hint'
import './presets.css'

export interface InstructionsProps {
  value: SessionSetup
  /** The model that would answer with this persona. Absent: not known. */
  modelWith: (persona: Persona | undefined) => ModelEntry | undefined
  onChange: (choice: SessionSetup) => Promise<void>
}

export function Instructions({ value, modelWith, onChange }: InstructionsProps) {
  const t = useWords()
  const { status, personas } = usePresets()
  const [open, setOpen] = useState(false)
  const persona = personas.find(({ id }) => id === value.personaId)

  useAction('instructions', (wanted) => {
    if (wanted === undefined) {
      setOpen(true)
      return
    }
    const found = personas.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
    if (found) onChange({ ...value, personaId: found.id }).catch(tell(t('presets.actionFailed')))
    else showToast({ title: t('presets.unknownPersona', { name: wanted }), tone: 'failed' })
  })

  const isGone = value.personaId !== '' && !persona && status === 'ready'
  const name = isGone ? t('presets.personaGone') : persona?.name
  return (
    <>
      {name ? (
        <Button
          tone="quiet"
          size="s"
          className="persona-chip"
          icon={<UserRound size={14} aria-hidden />}
          aria-label={t('presets.chip', { name })}
          onClick={() => setOpen(true)}
        >
          <span className="persona-chip__name">{name}</span>
        </Button>
      ) : null}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('presets.instructionsTitle')}
        closeLabel={t('presets.close')}
      >
        <Form
          value={value}
          modelWith={modelWith}
          isGone={isGone}
          names={personas}
          onChange={onChange}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </>
  )
}

interface FormProps extends InstructionsProps {
  isGone: boolean
  names: readonly Persona[]
  onClose: () => void
}

function Form({ value, modelWith, isGone, names, onChange, onClose }: FormProps) {
  const t = useWords()
  const [personaId, setPersonaId] = useState(value.personaId)
  const [systemPrompt, setSystemPrompt] = useState(value.systemPrompt)
  const [parameters, setParameters] = useState(draftOf(value.parameters))
  const parametersOf = useParametersOf()
  const persona = names.find(({ id }) => id === personaId)
  const lengthHint = useLengthHint(modelWith(persona), persona?.prompt)
  const options = [
    { value: '', label: t('presets.noPersona') },
    ...(isGone ? [{ value: value.personaId, label: t('presets.personaGone') }] : []),
    ...names.map(({ id, name }) => ({ value: id, label: name })),
  ]
  const stillGone = isGone && personaId === value.personaId
  return (
    <PresetForm
      fields={['personaId', 'systemPrompt', ...PARAMETER_FIELDS]}
      onSave={async () => onChange({ personaId, systemPrompt, parameters: parametersOf(parameters) })}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <SelectField
            label={t('presets.persona')}
            groups={[{ label: t('presets.personas'), options }]}
            hint={stillGone ? t('presets.personaGoneHint') : undefined}
            problem={problems.personaId}
            value={personaId}
            onChange={(event) => setPersonaId(event.target.value)}
          />
          <TextLines
            label={t('presets.systemPrompt')}
            rows={8}
            hint={lengthHint(t('presets.systemPromptHint'), systemPrompt)}
            problem={problems.systemPrompt}
            value={systemPrompt}
            onChange={setSystemPrompt}
          />
          <ParameterFields
            draft={parameters}
            problems={problems}
            persona={persona}
            onChange={setParameters}
          />
        </>
      )}
    </PresetForm>
  )
}
