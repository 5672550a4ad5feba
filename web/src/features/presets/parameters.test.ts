import { expect, test } from 'vitest'
import { draftOf, type ParametersDraft, parametersOf } from './parameters'

const EMPTY: ParametersDraft = { temperature: '', topP: '', maxOutputTokens: '', reasoningEffort: '' }

test.each<[Partial<ParametersDraft>, ReturnType<typeof parametersOf>]>([
  [{}, {}],
  [
    { temperature: ' 0,7 ', topP: '.5' },
    { temperature: 0.7, topP: 0.5 },
  ],
  [
    { temperature: '0', maxOutputTokens: '400' },
    { temperature: 0, maxOutputTokens: 400 },
  ],
  [{ reasoningEffort: 'high' }, { reasoningEffort: 'high' }],
  // Out of range, which the server says better.
  [
    { temperature: '-1', topP: '7' },
    { temperature: -1, topP: 7 },
  ],
  [{ temperature: 'warm' }, { wrong: 'temperature' }],
  [{ topP: '.' }, { wrong: 'topP' }],
  [{ topP: '1.2.3' }, { wrong: 'topP' }],
  [{ maxOutputTokens: '1.5' }, { wrong: 'maxOutputTokens' }],
])('%o means %o', (draft, parameters) => {
  expect(parametersOf({ ...EMPTY, ...draft })).toEqual(parameters)
})

test('what was set is written as it was', () => {
  const parameters = { temperature: 0, topP: 0.25, maxOutputTokens: 9, reasoningEffort: 'low' as const }
  expect(parametersOf(draftOf(parameters))).toEqual(parameters)
  expect(draftOf({ temperature: null })).toEqual(EMPTY)
})
