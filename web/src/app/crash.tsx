/**
 * What stands when a part of the page broke: what is safe, and a reload.
 *
 * Always true: a reload loses nothing, since messages are on the server and drafts in the browser's storage.
 */
import { Component, type ReactNode } from 'react'
import { useWords } from '../i18n'
import { Button } from '../ui/button'
import { Collapsible } from '../ui/collapsible'
import './crash.css'

export class Crash extends Component<{ children: ReactNode }, { fault: unknown }> {
  override state: { fault: unknown } = { fault: undefined }

  static getDerivedStateFromError(fault: unknown): { fault: unknown } {
    return { fault: fault ?? new Error('unknown') }
  }

  override render() {
    return this.state.fault === undefined ? this.props.children : <CrashScreen fault={this.state.fault} />
  }
}

function CrashScreen({ fault }: { fault: unknown }) {
  const t = useWords()
  return (
    <main className="crash">
      <div className="crash__card" role="alert">
        <h1 className="crash__title">{t('crash.title')}</h1>
        <p className="crash__body">{t('crash.body')}</p>
        <Button tone="primary" onClick={() => location.reload()}>
          {t('crash.reload')}
        </Button>
        <Collapsible summary={t('crash.details')}>
          <pre className="crash__details">
            {fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}
          </pre>
        </Collapsible>
      </div>
    </main>
  )
}
