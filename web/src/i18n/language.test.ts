import { beforeEach, expect, it, vi } from 'vitest'
import { languageFor, localeFor } from './language'

beforeEach(() => {
  vi.resetModules()
  document.documentElement.lang = ''
})

it('the first language that there are words for is taken, else English', () => {
  expect(languageFor('system', ['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(languageFor('system', ['fr'])).toBe('en')
  expect(languageFor('system', [])).toBe('en')
  expect(languageFor('en', ['de'])).toBe('en')
})

it('numbers follow the region that the browser names', () => {
  expect(localeFor('de', ['en-US', 'de-CH'])).toBe('de-CH')
  expect(localeFor('de', ['en-US'])).toBe('de')
})

it('a chosen language is spoken at once and after a reload', async () => {
  const first = await import('.')
  await first.startLanguage()
  expect(document.documentElement.lang).toBe('en')
  expect(await first.changeLanguage('de')).toBe(true)
  expect(document.documentElement.lang).toBe('de')
  expect(first.words('settings.title')).toBe('Einstellungen')
  expect(first.words('models.found', { count: 1 })).toBe('1 Modell')
  expect(first.formatNumber(12_345.5)).toBe('12.345,5')
  expect(first.formatBytes(1_500_000)).toBe('1,5 MB')

  vi.resetModules()
  const reloaded = await import('.')
  await reloaded.startLanguage()
  expect(reloaded.words('settings.title')).toBe('Einstellungen')
  expect(await reloaded.changeLanguage('system')).toBe(true)
  expect(localStorage.getItem('cowork.language')).toBeNull()
  expect(reloaded.words('settings.title')).toBe('Settings')
})

it('a language that nobody knows is as if nothing were stored', async () => {
  localStorage.setItem('cowork.language', 'tlh')
  const { startLanguage, words } = await import('.')
  await startLanguage()
  expect(words('settings.title')).toBe('Settings')
})
