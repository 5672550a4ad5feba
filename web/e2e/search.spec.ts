/** Searching over everything and finding within a session, in a conversation far longer than what is loaded at first. */
import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'
import { longSession } from './support/long-session'

const LONG = 1_500

test('what was said is found on whatever branch, however far up, and found again in its session', async ({
  page,
  chat,
  cowork,
}) => {
  await longSession(cowork, LONG)
  await page.reload()
  await expect(chat.composer).toBeVisible()
  const dialog = page.getByRole('dialog', { name: 'Search' })
  const field = dialog.getByRole('combobox', { name: 'Search' })
  const hits = dialog.getByRole('listbox').getByRole('option')

  await page.keyboard.press('Control+k')
  await expect(field).toBeFocused()
  await expect(hits.first(), 'the sessions of late').toContainText('Long talk')
  await expectNoViolation(page, 'search, recent sessions')
  await field.fill('heliot')
  await expect(hits).toHaveCount(1)
  await expect(hits.first()).toContainText('Only this version knows the heliotrope')
  await expect(hits.first()).toContainText('Other version')
  await expect(hits.first().locator('mark')).toHaveText('heliotrope')
  await expectNoViolation(page, 'search, with a hit')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  const there = chat.thread.getByRole('article').filter({ hasText: 'heliotrope' })
  await expect(there).toBeInViewport()
  await expect(there).toBeFocused()

  await page.keyboard.press('Control+k')
  await field.fill('nowhere-at-all')
  await expect(dialog.getByText('Nothing found').first()).toBeVisible()
  await field.fill('zirconium')
  await expect(hits).toHaveCount(1)
  await page.keyboard.press('Enter')
  const farUp = chat.thread.getByRole('article').filter({ hasText: 'Far up, zirconium is named.' })
  await expect(farUp).toBeInViewport()
  await page.reload()
  await expect(chat.thread.getByText(`Message ${LONG - 1} of many.`), 'the branch stays chosen').toBeVisible()

  await page.keyboard.press('Control+f')
  const bar = page.getByRole('search', { name: 'Find' })
  const find = bar.getByRole('textbox', { name: 'Find in this session' })
  await expect(find).toBeFocused()
  await find.fill('lanternfish')
  await expect(bar.getByText('3 of 3', { exact: true })).toBeVisible()
  const inView = (text: string) =>
    expect(chat.thread.getByRole('article').filter({ hasText: text })).toBeInViewport()
  await inView('At the end: LANTERNFISHES.')
  await find.press('Enter')
  await expect(bar.getByText('1 of 3', { exact: true })).toBeVisible()
  await inView('A lanternfish, and another Lanternfish.')
  await expect.poll(() => page.evaluate(() => CSS.highlights.get('found')?.size)).toBe(2)
  await find.press('Enter')
  await expect(bar.getByText('1 of 3', { exact: true }), 'the second of the message').toBeVisible()
  await find.press('Enter')
  await inView('In the middle a lanternfish.')
  await find.press('Shift+Enter')
  await inView('A lanternfish, and another Lanternfish.')
  await expectNoViolation(page, 'find')
  await find.fill('not to be found')
  await expect(bar.getByText('Not found').first()).toBeVisible()
  await find.press('Escape')
  await expect(bar).toBeHidden()
  expect(await page.evaluate(() => CSS.highlights.size)).toBe(0)

  await chat.composer.fill('/print')
  await chat.composer.press('Enter')
  await expect(page.getByText('more than 1000 messages is not printed').first()).toBeVisible()
})
