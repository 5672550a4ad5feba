// What is written in the fields of the parameters, and the parameters it means. Pure.
//
// Always true: an empty field leaves its parameter to the model; ranges are the server's to check.
import type { ModelParameters } from '../../state'

export type Effort = NonNullable<ModelParameters['reasoningEffort']>
export const EFFORTS: readonly Effort[] = ['low', 'medium', 'high']

/** The fields as they are written. */
export interface ParametersDraft {
  temperature: string
  topP: string
  maxOutputTokens: string
  reasoningEffort: Effort | ''
}

/** The names of the fields, as problems name them. */
export const PARAMETER_FIELDS = ['temperature', 'topP', 'maxOutputTokens', 'reasoningEffort'] as const

type Written = { [Name in keyof ModelParameters]?: ModelParameters[Name] | null }

export function draftOf(parameters: Written): ParametersDraft {
  return {
    temperature: parameters.temperature?.toString() ?? '',
    topP: parameters.topP?.toString() ?? '',
    maxOutputTokens: parameters.maxOutputTokens?.toString() ?? '',
    reasoningEffort: parameters.reasoningEffort ?? '',
  }
}

/** The parameters, or the field that is no number. A comma is as good as a point. */
export function parametersOf(draft: ParametersDraft): ModelParameters | { wrong: keyof ParametersDraft } {
  const parameters: ModelParameters = {}
  for (const field of ['temperature', 'topP'] as const) {
    const text = draft[field].trim().replace(',', '.')
    if (text === '') continue
    if (!/^-?\d{0,6}(\.\d{0,6})?$/.test(text) || !/\d/.test(text)) return { wrong: field }
    parameters[field] = Number(text)
  }
  const most = draft.maxOutputTokens.trim()
  if (most !== '') {
    if (!/^\d{1,9}$/.test(most)) return { wrong: 'maxOutputTokens' }
    parameters.maxOutputTokens = Number(most)
  }
  if (draft.reasoningEffort) parameters.reasoningEffort = draft.reasoningEffort
  return parameters
}
