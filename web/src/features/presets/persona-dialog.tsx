/** A persona, made or changed in a dialog. */
import { useState } from 'react'
import { useWords } from '../../i18n'
import { choiceOf, keyOf } from '../../parts/models/choice'
import { addPersona, type Persona, updatePersona, useModels } from '../../state'
import { Dialog } from '../../ui/dialog'
import { SelectField } from '../../ui/select-field'
import { TextField } from '../../ui/text-field'
import { TextLines } from '../../ui/text-lines'
import { ParameterFields, useParametersOf } from './parameter-fields'
import { draftOf, PARAMETER_FIELDS } from './parameters'
import { PresetForm } from './preset-form'
import { useLengthHint } from './use-length-hint'

/** What the dialog begins with; without an id it makes a new one. `undefined`: closed. */
export type PersonaDraft = Partial<Persona> | undefined

const FIELDS = ['name', 'description', 'prompt', 'modelId', ...PARAMETER_FIELDS]

export function PersonaDialog({ draft, onClose }: { draft: PersonaDraft; onClose: () => void }) {
  const t = useWords()
  return (
    <Dialog
      open={draft !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t(draft?.id ? 'presets.editPersona' : 'presets.newPersona')}
      closeLabel={t('presets.close')}
    >
      {draft === undefined ? null : <PersonaForm draft={draft} onClose={onClose} />}
    </Dialog>
  )
}

function PersonaForm({ draft, onClose }: { draft: Partial<Persona>; onClose: () => void }) {
  const t = useWords()
  const [name, setName] = useState(draft.name ?? '')
  const [description, setDescription] = useState(draft.description ?? '')
  const [prompt, setPrompt] = useState(draft.prompt ?? '')
  const [model, setModel] = useState(
    draft.providerId ? keyOf({ providerId: draft.providerId, modelId: draft.modelId ?? '' }) : '',
  )
  const [parameters, setParameters] = useState(draftOf(draft))
  const parametersOf = useParametersOf()
  const groups = useModelGroups(model)
  const { find } = useModels()
  const { providerId: asked, modelId: askedModel } = choiceOf(model)
  const lengthHint = useLengthHint(find(asked, askedModel))

  const save = async () => {
    const { temperature, topP, maxOutputTokens, reasoningEffort } = parametersOf(parameters)
    const { providerId, modelId } = choiceOf(model)
    const fields = {
      name,
      prompt,
      description: description || null,
      providerId: model === '' ? null : providerId,
      modelId: model === '' ? null : modelId || null,
      temperature: temperature ?? null,
      topP: topP ?? null,
      maxOutputTokens: maxOutputTokens ?? null,
      reasoningEffort: reasoningEffort ?? null,
    }
    await (draft.id ? updatePersona(draft.id, fields) : addPersona(fields))
  }

  return (
    <PresetForm fields={FIELDS} onSave={save} onClose={onClose}>
      {(problems) => (
        <>
          <TextField
            label={t('presets.name')}
            autoComplete="off"
            maxLength={60}
            problem={problems.name}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label={t('presets.description')}
            autoComplete="off"
            maxLength={300}
            problem={problems.description}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
          <TextLines
            label={t('presets.instructionsOf')}
            rows={8}
            hint={lengthHint(t('presets.instructionsOfHint'), prompt)}
            problem={problems.prompt}
            value={prompt}
            onChange={setPrompt}
          />
          <SelectField
            label={t('presets.model')}
            hint={t('presets.modelHint')}
            problem={problems.modelId}
            groups={groups}
            value={model}
            onChange={(event) => setModel(event.target.value)}
          />
          <ParameterFields draft={parameters} problems={problems} onChange={setParameters} />
        </>
      )}
    </PresetForm>
  )
}

/** The models by provider; the chosen one is among them even when its provider is not. */
function useModelGroups(chosen: string) {
  const t = useWords()
  const { list } = useModels()
  const models = list?.items ?? []
  const isListed = chosen === '' || models.some((model) => keyOf(model) === chosen)
  const none = [{ value: '', label: t('presets.anyModel') }]
  const first = isListed ? none : [...none, { value: chosen, label: chosen.replace(/\/$/, '') }]
  const providers = [...new Set(models.map(({ providerId }) => providerId))]
  return [
    { label: t('presets.model'), options: first },
    ...providers.map((providerId) => ({
      label: providerId,
      options: models
        .filter((model) => model.providerId === providerId)
        .map((model) => ({ value: keyOf(model), label: model.label })),
    })),
  ]
}
