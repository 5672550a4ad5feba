/** The fields of how a model shall answer; an empty one leaves it to the model. */
import { useWords } from '../../i18n'
import type { Persona } from '../../state'
import { SelectField } from '../../ui/select-field'
import { TextField } from '../../ui/text-field'
import { draftOf, EFFORTS, type Effort, type ParametersDraft, parametersOf } from './parameters'
import { type Problems, Refused } from './preset-form'

export interface ParameterFieldsProps {
  draft: ParametersDraft
  problems: Problems
  /** What holds where a field is empty, before the model's own. Absent: nothing. */
  persona?: Persona | undefined
  onChange: (draft: ParametersDraft) => void
}

export function ParameterFields({ draft, problems, persona, onChange }: ParameterFieldsProps) {
  const t = useWords()
  const of = draftOf(persona ?? {})
  const otherwise = (value: string) => (value ? t('presets.ofPersona', { value }) : t('presets.modelsOwn'))
  const { reasoningEffort } = of
  const text = (field: 'temperature' | 'topP' | 'maxOutputTokens') => ({
    inputMode: field === 'maxOutputTokens' ? ('numeric' as const) : ('decimal' as const),
    autoComplete: 'off',
    placeholder: otherwise(of[field]),
    problem: problems[field],
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
  })
  const usual = otherwise(reasoningEffort && t(`presets.efforts.${reasoningEffort}`))
  const efforts = EFFORTS.map((value) => ({ value, label: t(`presets.efforts.${value}`) }))
  return (
    <fieldset className="parameters">
      <legend className="parameters__title">{t('presets.parameters')}</legend>
      <TextField
        label={t('presets.temperature')}
        hint={t('presets.temperatureHint')}
        {...text('temperature')}
      />
      <TextField label={t('presets.topP')} hint={t('presets.topPHint')} {...text('topP')} />
      <TextField label={t('presets.most')} {...text('maxOutputTokens')} />
      <SelectField
        label={t('presets.effort')}
        groups={[{ label: t('presets.effort'), options: [{ value: '', label: usual }, ...efforts] }]}
        problem={problems.reasoningEffort}
        value={draft.reasoningEffort}
        onChange={(event) => onChange({ ...draft, reasoningEffort: event.target.value as Effort | '' })}
      />
    </fieldset>
  )
}

/** What is written there, or why it can't be meant. */
export function useParametersOf() {
  const t = useWords()
  return (draft: ParametersDraft) => {
    const parameters = parametersOf(draft)
    if (!('wrong' in parameters)) return parameters
    const whole = parameters.wrong === 'maxOutputTokens'
    throw new Refused(parameters.wrong, t(whole ? 'presets.mostProblem' : 'presets.numberProblem'))
  }
}
