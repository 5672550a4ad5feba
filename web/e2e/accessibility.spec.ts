import { expectNoViolation } from './support/axe'
import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'

test.describe('in both themes', () => {
  test.use({ reducedMotion: 'reduce' })

  test('no axe violation on any screen', async ({ page, cowork, guard }) => {
    // Ten analyses of a few seconds each.
    test.setTimeout(240_000)
    guard.expectRefusal(/\/api\/auth\/exchange$/)
    await page.goto(`${cowork.url}/#code=wrong`)
    await expect(page.getByRole('heading', { name: 'This link was used or is too old' })).toBeVisible()
    await expectNoViolation(page, 'sign-in')

    const chat = new Chat(page)
    await chat.signIn(await cowork.freshLink())
    await expect(page.getByRole('button', { name: /^Model: / })).toBeVisible()
    await expectNoViolation(page, 'new chat')

    await chat.ask('markdown')
    await chat.finished()
    await expectNoViolation(page, 'thread')
    await chat.answers.hover()
    await expectNoViolation(page, 'thread with its tools')

    await page.getByRole('button', { name: /^Model: / }).click()
    await expect(page.getByRole('dialog', { name: 'Choose a model' })).toBeVisible()
    await expectNoViolation(page, 'model picker')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Session actions' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    await expectNoViolation(page, 'session menu', 'menu')
    await page.keyboard.press('Escape')

    await page.keyboard.press('Control+/')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectNoViolation(page, 'shortcuts')
    await page.keyboard.press('Escape')

    await chat.ask('fail')
    await chat.finished()
    await page.keyboard.press('Control+Shift+Backspace')
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
    await expectNoViolation(page, 'notice with undo')

    guard.expectRefusal(/\/api\/sessions\/00000000/)
    await page.goto(`${cowork.url}/s/00000000-0000-7000-8000-000000000000`)
    await expect(page.getByText('This session isn’t here')).toBeVisible()
    await expectNoViolation(page, 'missing session')
  })
})

test('a chosen theme is there from the first paint after a reload', async ({ page, chat }) => {
  await expect(chat.composer).toBeVisible()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Appearance' }).click()
  await page.getByRole('radio', { name: 'Dark' }).click()
  await page.reload({ waitUntil: 'commit' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.locator('body')).toHaveCSS('color-scheme', /dark/)
})
