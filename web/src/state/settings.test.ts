import { expect, it } from 'vitest'
import type { Settings } from '../api/types'
import { applied } from './settings'

const chosen: Settings = {
  defaultProviderId: 'work',
  defaultModelId: 'large',
  fallback: ['home/small'],
  titleByModel: true,
  compact: 'auto',
  favourites: [],
  locked: [],
  attachments: { fileBytes: 1, filesPerMessage: 1, sessionBytes: 1, imagePixels: 1 },
}

it('an absent field stays, null brings the default back', () => {
  expect(applied(chosen, {})).toEqual(chosen)
  expect(applied({ ...chosen, titleByModel: false }, { fallback: null, titleByModel: null })).toEqual({
    ...chosen,
    fallback: [],
  })
})

it('another provider takes the model of the one before away', () => {
  expect(applied(chosen, { defaultProviderId: 'home' }).defaultModelId).toBeNull()
  expect(applied(chosen, { defaultProviderId: 'work' }).defaultModelId).toBe('large')
  expect(applied(chosen, { defaultProviderId: 'home', defaultModelId: 'small' }).defaultModelId).toBe('small')
})
