/**
 * The page's words in the person's language.
 *
 * Always true: every visible string comes from the catalogue, by a key that the compiler knows. Elsewhere: the words
 * themselves (`en.ts`); text the server sends for people (problem details, error messages), which is shown as it is.
 */
import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en'

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
