import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'

test('from the printed link to an answer that is still there after a reload', { tag: '@smoke' }, async ({
  page,
  cowork,
}) => {
  const chat = new Chat(page)
  await chat.signIn(await cowork.printedLink)
  await expect(page, 'the code leaves the address bar').toHaveURL(`${cowork.url}/`)
  await expect(page.getByRole('region', { name: 'You are talking to the demo model' })).toBeVisible()
  await expect(chat.sessions).toContainText('No sessions yet')

  await chat.askAndWait('What is 2 * 21?', '2 * 21 = 42')
  await expect(page).toHaveURL(/\/s\/[\w-]+$/)
  await expect(page).toHaveTitle('What is 2 * 21? · Cowork')
  await expect(chat.session('What is 2 * 21?')).toHaveAttribute('aria-current', 'page')
  await expect(chat.answers).toContainText('demo')

  await page.reload()
  await expect(chat.questions).toHaveCount(1)
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.answers).toContainText('2 * 21 = 42')
})

test('an idea goes into the composer and not out on its own', async ({ page, chat }) => {
  await page.getByRole('button', { name: 'What can Cowork do?' }).click()
  await expect(chat.composer).toHaveValue('What can Cowork do?')
  await expect(chat.composer).toBeFocused()
  await chat.send.click()
  await expect(chat.answers.getByRole('heading', { name: 'What Cowork can do now' })).toBeVisible()
})

test('Markdown is shown as headings, tables and code that can be copied', async ({ page, chat }) => {
  await chat.ask('markdown')
  await chat.finished()
  await expect(chat.answers.getByRole('table')).toBeVisible()
  await expect(chat.answers.getByRole('heading').first()).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const code = chat.answers.locator('pre').first()
  const block = chat.answers.getByRole('figure').filter({ has: page.locator('pre') })
  await block.getByRole('button', { name: 'Copy' }).first().click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied.trim()).not.toBe('')
  expect(await code.textContent()).toContain(copied.trim().split('\n')[0])
})
