// How long instructions are for the model that gets them, said beside their field.
import { formatNumber, useWords } from '../../i18n'
import { shortTokens } from '../../parts/models/choice'
import { estimatedTokens } from '../../parts/presets/tokens'
import type { ModelEntry } from '../../state'

/** Gives a hint with the length of a text and, where the model is known, how much it holds. `beside`: other instructions. */
export function useLengthHint(model: ModelEntry | undefined, beside = '') {
  const t = useWords()
  return (hint: string, text: string): string => {
    const tokens = estimatedTokens(text)
    if (tokens === 0) return hint
    const length = formatNumber(tokens)
    const window = model?.contextWindow
    if (!model || !window) return `${hint} ${t('presets.length', { tokens: length })}`
    const about = { tokens: length, model: model.label, window: shortTokens(window) }
    const isMuch = tokens + estimatedTokens(beside) > window / 2
    return `${hint} ${t(isMuch ? 'presets.lengthTooMuch' : 'presets.lengthOf', about)}`
  }
}
