import { expectNoViolation } from './support/axe'
import { expect, type Page, test } from './support/fixtures'

const SECTIONS = [
  'General',
  'Appearance',
  'Providers',
  'Personas and prompts',
  'Usage',
  'Keyboard shortcuts',
  'Data',
  'About',
]
const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

test('the language that is chosen survives a reload, numbers and all', async ({ page, chat }) => {
  await chat.askAndWait('echo eins', 'eins')
  await page.keyboard.press('Control+,')
  await page.getByRole('radio', { name: 'Deutsch' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Allgemein' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: 'Allgemein' })).toBeVisible()
  await page.getByRole('link', { name: 'Daten' }).click()
  await expect(page.getByText(/^\d+(,\d)? [kM]B$/).first()).toBeVisible()
  await expect(page).toHaveTitle('Daten · Cowork')
  await page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: 'echo eins' }).click()
  await expect(page.getByRole('textbox', { name: 'Nachricht' })).toHaveAttribute('placeholder', 'Antworten')
  await page.keyboard.press('Control+,')
  await page.getByRole('radio', { name: 'Browser' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'General' })).toBeVisible()
})

test.describe('in a German browser', () => {
  test.use({ locale: 'de-AT' })
  test('the page speaks German from the start', async ({ page, cowork }) => {
    await page.goto(await cowork.freshLink())
    await expect(page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  })
})

test('with Mod+Enter for sending, Enter makes a line, also after a reload', async ({ page, chat }) => {
  await page.keyboard.press('Control+,')
  await page.getByRole('radio', { name: 'Ctrl+Enter' }).click()
  await page.getByRole('button', { name: 'New chat' }).click()
  await page.reload()
  await chat.composer.fill('echo one')
  await chat.composer.press('Enter')
  await chat.composer.pressSequentially('two')
  await expect(chat.composer).toHaveValue('echo one\ntwo')
  await chat.composer.press('Control+Enter')
  await expect(chat.questions.last()).toContainText('two')
})

test('settings are reached, walked and changed by keyboard alone', async ({ page, chat }) => {
  await expect(chat.composer).toBeFocused()
  await page.keyboard.press('Control+,')
  const nav = page.getByRole('navigation', { name: 'Settings' })
  await expect(nav.getByRole('link', { name: 'General' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Appearance' })).toBeVisible()
  await expect(nav.getByRole('link', { name: 'Appearance' })).toBeFocused()
  for (let step = 0; step < SECTIONS.length - 2; step += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('radio', { name: 'System' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  const size = () => page.getByRole('heading', { level: 1 }).evaluate((it) => getComputedStyle(it).fontSize)
  const before = await size()
  await page.getByRole('radio', { name: 'Large' }).press('Space')
  expect(Number.parseFloat(await size())).toBeGreaterThan(Number.parseFloat(before))
})

test('keys are changed on the page as in the sheet', async ({ page, chat }) => {
  await expect(chat.composer).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('link', { name: 'Keyboard shortcuts' }).click()
  await page.getByRole('button', { name: /^Change the keys of “Providers”/ }).click()
  await page.keyboard.press('Control+Alt+P')
  await page.getByRole('link', { name: 'General' }).click()
  await page.keyboard.press('Control+Alt+P')
  await expect(page.getByRole('heading', { level: 1, name: 'Providers' })).toBeVisible()
})

test('the browser is asked for notifications by the switch and not before', async ({
  page,
  chat,
  context,
  cowork,
}) => {
  await context.grantPermissions(['notifications'], { origin: cowork.url })
  await expect(chat.composer).toBeVisible()
  await page.keyboard.press('Control+,')
  const notify = page.getByRole('switch', { name: 'Tell me when an answer ends' })
  await expect(notify).not.toBeChecked()
  await notify.click()
  await expect(notify).toBeChecked()
  await page.reload()
  await expect(notify).toBeChecked()
})

test('where the language runs from right to left, the page does', async ({ page, chat }) => {
  await chat.askAndWait('echo שלום עולם', 'שלום')
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
  const rail = await page.getByRole('complementary', { name: 'Sessions' }).boundingBox()
  const thread = await chat.thread.boundingBox()
  expect(rail?.x ?? 0).toBeGreaterThan(thread?.x ?? 0)
  await expect(chat.answers.last().locator('.md')).toHaveCSS('direction', 'rtl')
  await page.keyboard.press('Control+,')
  const nav = await page.getByRole('navigation', { name: 'Settings' }).boundingBox()
  const heading = await page.getByRole('radiogroup', { name: 'Language' }).boundingBox()
  expect(nav?.x ?? 0).toBeGreaterThan(heading?.x ?? 0)
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
})

test('a right-to-left message in a left-to-right page reads its own way', async ({ page, chat }) => {
  await chat.askAndWait('echo שלום', 'שלום')
  await expect(chat.answers.last().locator('.md')).toHaveCSS('direction', 'rtl')
  await expect(page.locator('html')).toHaveCSS('direction', 'ltr')
})

test.describe('in both themes', () => {
  test.use({ reducedMotion: 'reduce' })

  test('no axe violation in the settings, wide, narrow and at twice the size', async ({ page, chat }) => {
    test.setTimeout(240_000)
    await expect(chat.composer).toBeVisible()
    await page.keyboard.press('Control+,')
    for (const section of SECTIONS) {
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click()
      await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible()
      await expectNoViolation(page, section)
    }
    // A window of 1280 by 800 at 200 % is as wide as one of 640; a phone is narrower still.
    for (const width of [640, 390]) {
      await page.setViewportSize({ width, height: 400 })
      for (const section of SECTIONS) {
        await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click()
        expect(await tooWide(page), `${section} at ${width}`).toBeLessThanOrEqual(0)
      }
      await expectNoViolation(page, `at ${width}`)
    }
  })
})
