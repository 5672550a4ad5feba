/** A provider of any kind, at any address, in a dialog. */
import { useWords } from '../../i18n'
import { useProviders } from '../../state'
import { Dialog } from '../../ui/dialog'
import { ProviderForm, type ProviderFormProps } from './provider-form'

export interface AddDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  onDone: ProviderFormProps['onDone']
}

export function AddDialog({ open, onOpenChange, onDone }: AddDialogProps) {
  const t = useWords()
  const { items, services: presets } = useProviders()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('providerForm.title')}
      closeLabel={t('providers.close')}
    >
      <ProviderForm
        presets={presets}
        providers={items}
        onCancel={() => onOpenChange(false)}
        onDone={(name, tested) => {
          onOpenChange(false)
          onDone(name, tested)
        }}
      />
    </Dialog>
  )
}
