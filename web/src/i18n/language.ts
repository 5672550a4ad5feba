/**
 * Which language the page speaks: chosen in the settings, else the browser's, else English.
 *
 * Always true: only a language that is there is chosen; all tabs follow a change. Elsewhere: the words (`en.ts` and its
 * siblings), loading them (`index.ts`).
 */

/** Each by its own name, as people look for it. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES
/** `system`: what the browser asks for. */
export type LanguageChoice = Language | 'system'

export const ENTRY = 'cowork.language'

export function storedChoice(): LanguageChoice {
  try {
    const found = localStorage.getItem(ENTRY)
    return found && isLanguage(found) ? found : 'system'
  } catch {
    return 'system'
  }
}

export function storeChoice(choice: LanguageChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(ENTRY)
    else localStorage.setItem(ENTRY, choice)
  } catch {
    // Storage is full or forbidden: the choice holds until the page closes.
  }
}

/** The first of the browser's languages that there are words for. */
export function languageFor(choice: LanguageChoice, wanted: readonly string[]): Language {
  if (choice !== 'system') return choice
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en'
}

/** The browser's own tag for a language, which knows the region; else the language alone. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text)
}
