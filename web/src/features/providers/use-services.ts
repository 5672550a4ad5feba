/** The services that can be chosen, in the person's language. */
import { useMemo } from 'react'
import { useWords } from '../../i18n'
import type { ServicePreset } from '../../state'
import { type KnownService, knownServices } from './services'

export function useServices(presets: readonly ServicePreset[]): KnownService[] {
  const t = useWords()
  return useMemo(
    () =>
      knownServices(presets, {
        compatible: t('providerForm.otherServer'),
        responses: t('providerForm.responsesServer'),
      }),
    [presets, t],
  )
}
