import { render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import '../../i18n'
import { usePageTitle } from '../../parts/page/page-title'
import * as state from '../../state'
import { beginning, useNotices } from './notices'

let tell: (ended: state.EndedAnswer) => void
const shown: FakeNotification[] = []

vi.mock('../../state', async () => {
  const { changePreferences, preferences } = await vi.importActual<typeof state>('../../state')
  return {
    changePreferences,
    preferences,
    onAnswerEnded: vi.fn((listener) => {
      tell = listener
      return () => {}
    }),
  }
})

class FakeNotification {
  static permission = 'granted'
  static requestPermission = vi.fn()
  onclick: () => void = () => {}
  close = vi.fn()
  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    shown.push(this)
  }
}

const done = { sessionId: 's', title: 'Trip', failed: false, text: '**Pack** _light_.\n\n- socks' }

function Page({ open }: { open: (id: string) => void }) {
  usePageTitle('Trip · Cowork')
  useNotices(open)
  return null
}

beforeEach(() => {
  shown.length = 0
  FakeNotification.permission = 'granted'
  vi.stubGlobal('Notification', FakeNotification)
  state.changePreferences({ notify: true, notifyText: true })
})

afterEach(() => vi.unstubAllGlobals())

it('tells by the title and by the first words, and goes to the session', () => {
  const open = vi.fn()
  vi.spyOn(window, 'focus').mockImplementation(() => {})
  render(<Page open={open} />)
  tell(done)
  expect(document.title).toBe('(1) Trip · Cowork')
  expect(shown.map(({ title, options }) => [title, options.body])).toEqual([['Trip', 'Pack light. - socks']])
  shown[0]?.onclick()
  expect(window.focus).toHaveBeenCalled()
  expect(open).toHaveBeenCalledExactlyOnceWith('s')
  expect(shown[0]?.close).toHaveBeenCalled()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(document.title).toBe('Trip · Cowork')
})

it('says that an answer failed, and keeps its words to itself where that is wished', () => {
  state.changePreferences({ notifyText: false })
  render(<Page open={() => {}} />)
  tell({ ...done, failed: true, text: 'secret' })
  expect(shown.map(({ title, options }) => [title, options.body])).toEqual([
    ['Trip (failed)', 'Answer failed'],
  ])
})

it.each([
  ['switched off', () => state.changePreferences({ notify: false })],
  ['not allowed', () => (FakeNotification.permission = 'default')],
])('%s, there is a number in the title only, and nothing is asked for', (_, prepare) => {
  prepare()
  render(<Page open={() => {}} />)
  tell(done)
  expect(shown).toEqual([])
  expect(FakeNotification.requestPermission).not.toHaveBeenCalled()
  expect(document.title).toBe('(1) Trip · Cowork')
})

it('shortens between words', () => {
  const text = beginning('word '.repeat(100))
  expect(text).toMatch(/^(word )+word…$/)
  expect(text.length).toBeLessThanOrEqual(141)
})
