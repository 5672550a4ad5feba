/** What stands where a list has no line: it is on its way, it failed, there is nothing. */
import { useWords } from '../../i18n'
import type { SessionsView } from '../../state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'

export interface NothingProps {
  status: SessionsView['status']
  empty: { title: string; body: string }
  retry: () => void
}

export function Nothing({ status, empty, retry }: NothingProps) {
  const t = useWords()
  if (status === 'loading') {
    return (
      <p className="session-list__note session-list__note--late" role="status">
        {t('sessions.loading')}
      </p>
    )
  }
  if (status === 'error') {
    return (
      <div className="session-list__note">
        <p>{t('sessions.failed')}</p>
        <Button size="s" onClick={retry}>
          {t('sessions.retry')}
        </Button>
      </div>
    )
  }
  return (
    <div className="session-list__note">
      <EmptyState size="s" title={empty.title}>
        {empty.body}
      </EmptyState>
    </div>
  )
}
