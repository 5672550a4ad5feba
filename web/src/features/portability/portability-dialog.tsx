/** Bringing conversations in from a file, and taking all of them out into one. */
import { useId, useState } from 'react'
import { useWords } from '../../i18n'
import { ApiError, exportAll, importFile } from '../../state'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { showToast } from '../../ui/toast'
import { FileDrop } from './file-drop'
import { type Done, Report } from './report'
import './portability.css'

export interface PortabilityDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  onSession: (id: string) => void
}

export function PortabilityDialog({ open, onOpenChange, onSession }: PortabilityDialogProps) {
  const t = useWords()
  const importId = useId()
  const exportId = useId()
  const [reading, setReading] = useState<string | null>(null)
  const [done, setDone] = useState<Done | null>(null)

  const take = (file: File) => {
    setReading(file.name)
    setDone(null)
    importFile(file)
      .then(
        (report) => setDone({ report }),
        (reason: unknown) => {
          const said = reason instanceof ApiError && reason.status ? reason.detail : t('portability.noServer')
          setDone({ name: file.name, failure: said })
        },
      )
      .finally(() => setReading(null))
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('portability.title')}
      closeLabel={t('portability.close')}
    >
      <div className="portability">
        <section aria-labelledby={importId}>
          <h3 id={importId} className="portability__title">
            {t('portability.importTitle')}
          </h3>
          <p className="portability__lead">{t('portability.lead')}</p>
          <FileDrop reading={reading} onFile={take} />
          <div role="status">{done ? <Report done={done} onSession={onSession} /> : null}</div>
        </section>
        <section aria-labelledby={exportId}>
          <h3 id={exportId} className="portability__title">
            {t('portability.exportTitle')}
          </h3>
          <p className="portability__lead">{t('portability.exportLead')}</p>
          <Button
            onClick={() => {
              exportAll().catch((reason: unknown) => {
                const detail = reason instanceof ApiError ? { description: reason.detail } : {}
                showToast({ title: t('portability.exportFailed'), tone: 'failed', ...detail })
              })
            }}
          >
            {t('portability.exportAll')}
          </Button>
        </section>
      </div>
    </Dialog>
  )
}
