/**
 * Parts of the page that come in scripts of their own, so that the first view does not wait for them.
 *
 * Always true: once a part was fetched it is shown at once, without a blank frame; what could not be fetched says so where
 * the part would stand and can be tried again, and the rest of the page goes on.
 */
import { type ComponentType, useCallback, useEffect, useState } from 'react'
import { useWords, words } from '../../i18n'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { showToast } from '../../ui/toast'

type Load<Props> = () => Promise<ComponentType<Props>>

/** Until the parts are fetched that nobody has asked for yet. */
const FETCH_AHEAD_MS = 2_000

const ahead: (() => Promise<unknown>)[] = []

/**
 * A component whose script is fetched when it is first shown, or ahead of it. One that floats over the page has no place
 * of its own: nothing stands there until it comes, and a notice says that it could not be fetched.
 */
export function late<Props extends object>(load: Load<Props>, floats = false): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  let loading: Promise<ComponentType<Props>> | undefined
  const fetched = () => {
    loading ??= load().then(
      (part) => (loaded = part),
      (fault: unknown) => {
        loading = undefined
        throw fault
      },
    )
    return loading
  }
  ahead.push(fetched)

  return function Late(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => loaded)
    const [failed, setFailed] = useState(false)
    const show = useCallback(() => {
      setFailed(false)
      fetched().then(
        (part) => setPart(() => part),
        () => {
          setFailed(true)
          if (floats) tellFailed(show)
        },
      )
    }, [])
    useEffect(() => {
      if (!Part) show()
    }, [Part, show])
    if (Part) return <Part {...props} />
    if (floats) return null
    return failed ? <Failed retry={show} /> : <Coming />
  }
}

/** Fetches all late parts once the page has come to rest, so that they are there when they are asked for. */
export function useFetchAhead(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // Who asks for one that failed is told; ahead of that nobody needs to know.
      for (const fetched of ahead) fetched().catch(() => {})
    }, FETCH_AHEAD_MS)
    return () => clearTimeout(timer)
  }, [])
}

function tellFailed(retry: () => void) {
  showToast({
    title: words('app.partFailedTitle'),
    description: words('app.partFailedBody'),
    tone: 'failed',
    action: { label: words('app.partFailedRetry'), onAct: retry },
  })
}

function Coming() {
  const t = useWords()
  return (
    <div role="status">
      <EmptyState title={t('app.partComing')} />
    </div>
  )
}

function Failed({ retry }: { retry: () => void }) {
  const t = useWords()
  return (
    <div role="alert">
      <EmptyState
        title={t('app.partFailedTitle')}
        action={<Button onClick={retry}>{t('app.partFailedRetry')}</Button>}
      >
        {t('app.partFailedBody')}
      </EmptyState>
    </div>
  )
}
