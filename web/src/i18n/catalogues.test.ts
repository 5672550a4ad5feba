import { expect, it } from 'vitest'
import { de } from './de'
import { en } from './en'

/** Every language but English. */
const OTHERS = { de }

interface Catalogue {
  readonly [key: string]: string | Catalogue
}

/** Each text by the path of its keys. */
function textsOf(catalogue: Catalogue, path = ''): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') texts.set(`${path}${key}`, value)
    else for (const [below, text] of textsOf(value, `${path}${key}.`)) texts.set(below, text)
  }
  return texts
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort()
const PLURAL = /_(zero|one|two|few|many|other)$/
const english = textsOf(en)

it.each(Object.entries(OTHERS))('%s fills in what English fills in', (_, catalogue) => {
  const texts = textsOf(catalogue)
  for (const [key, text] of english) {
    const other = texts.get(key)
    // "The oldest message" has no number in English and may have one elsewhere, and the other way round.
    const without = PLURAL.test(key) && key.endsWith('_one') ? ['count'] : []
    const named = (found: string) => placeholders(found).filter((name) => !without.includes(name ?? ''))
    expect(other && named(other), key).toEqual(named(text))
  }
})

it.each(Object.entries({ en, ...OTHERS }))(
  '%s has every plural form that its rules have',
  (language, catalogue) => {
    const keys = new Set(textsOf(catalogue).keys())
    const plurals = new Set([...keys].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')))
    expect(plurals.size).toBeGreaterThan(5)
    for (const plural of plurals) {
      for (const form of new Intl.PluralRules(language).resolvedOptions().pluralCategories) {
        expect(keys, `${plural}_${form}`).toContain(`${plural}_${form}`)
      }
    }
  },
)

it.each(Object.entries(OTHERS))('%s leaves nothing empty and nothing out', (_, catalogue) => {
  const texts = textsOf(catalogue)
  expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
  expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
})
