/**
 * The page's words in the person's language.
 *
 * Always true: every visible string comes from the catalogue, by a key that the compiler knows; a language is used once
 * its words are here, and <html> says which one it is. Elsewhere: the words themselves (`en.ts`, `de.ts`), the choice
 * (`language.ts`), numbers and times (`format.ts`); text the server sends for people (problem details, error messages),
 * which is shown as it is.
 */
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en'
import {
  ENTRY,
  type Language,
  type LanguageChoice,
  languageFor,
  localeFor,
  storeChoice,
  storedChoice,
} from './language'
import { setLocale } from './locale'

export { formatBytes, formatNumber, formatTime } from './format'
export { LANGUAGES, type Language, type LanguageChoice } from './language'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // React writes text nodes: nothing to escape.
  interpolation: { escapeValue: false },
  initAsync: false,
})

/** Words outside components; components use {@link useWords}, which follows a change of language. */
export const words = i18next.t.bind(i18next)

/** Words for a component. */
export function useWords(): typeof words {
  return useTranslation().t
}

/** English is part of the page; the others are fetched when they are wanted. */
const LOADED: Record<Exclude<Language, 'en'>, () => Promise<object>> = {
  de: async () => (await import('./de')).de,
}

let choice: LanguageChoice = storedChoice()
const listeners = new Set<() => void>()

/** Speaks the chosen language from the first view on. Once, by the app's entry. */
export async function startLanguage(): Promise<void> {
  window.addEventListener('storage', ({ key }) => {
    if (key === ENTRY || key === null) void speak(storedChoice())
  })
  window.addEventListener('languagechange', () => void speak(choice))
  await speak(choice)
}

export function useLanguageChoice(): LanguageChoice {
  return useSyncExternalStore(subscribe, () => choice)
}

/** Takes another language, now and from now on. `false`: its words could not be fetched, and nothing changed. */
export async function changeLanguage(wanted: LanguageChoice): Promise<boolean> {
  if (!(await speak(wanted))) return false
  storeChoice(wanted)
  return true
}

async function speak(wanted: LanguageChoice): Promise<boolean> {
  const language = languageFor(wanted, navigator.languages)
  try {
    if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
      i18next.addResourceBundle(language, 'translation', await LOADED[language]())
    }
  } catch {
    return false
  }
  setLocale(localeFor(language, navigator.languages))
  choice = wanted
  document.documentElement.lang = language
  await i18next.changeLanguage(language)
  for (const listener of listeners) listener()
  return true
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
