import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'

test('a used link says so and what to do; a pasted one gets in', async ({ page, cowork, guard }) => {
  guard.expectRefusal(/\/api\/auth\/exchange$/)
  const link = await cowork.freshLink()
  const code = new URL(link).hash.slice('#code='.length)
  const taken = await fetch(`${cowork.url}/api/auth/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  expect(taken.status, 'the link was good before').toBe(200)

  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link was used or is too old' })).toBeVisible()
  await expect(page).toHaveURL(`${cowork.url}/`)

  const field = page.getByRole('textbox', { name: 'Link or code' })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Paste the link that Cowork printed')).toBeVisible()
  await expect(field).toBeFocused()
  await field.fill('http://127.0.0.1/')
  await field.press('Enter')
  await expect(page.getByText('There is no code in this text')).toBeVisible()
  await field.fill(await cowork.freshLink())
  await field.press('Enter')
  await expect(new Chat(page).composer).toBeVisible()
})

test('a wrong code gets nowhere', async ({ page, cowork, guard }) => {
  guard.expectRefusal(/\/api\/auth\/exchange$/)
  await page.goto(`${cowork.url}/#code=wrong`)
  await expect(page.getByRole('heading', { name: 'This link was used or is too old' })).toBeVisible()
  await expect(new Chat(page).composer).toBeHidden()
})

test('without a link and without another tab the way in is explained', async ({ page, cowork }) => {
  await page.goto(cowork.url)
  await expect(page.getByRole('heading', { name: 'Sign in to Cowork' })).toBeVisible()
  await expect(page.getByRole('code').filter({ hasText: 'cowork' })).toBeVisible()
})

test('a token survives a restart of the server', async ({ page, chat, cowork, guard }) => {
  await chat.askAndWait('echo still here', 'still here')
  guard.expectOutage()
  await cowork.kill()
  await cowork.startAgain()
  await page.reload()
  await expect(chat.answers).toContainText('still here')
})

test('signing out leaves nothing behind in the tab', async ({ page, chat }) => {
  await chat.askAndWait('echo secret', 'secret')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'About' }).click()
  await page.getByRole('button', { name: 'Sign out of this browser' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Cowork' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in to Cowork' })).toBeVisible()
})
