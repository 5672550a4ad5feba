import { expect, test } from './support/fixtures'

test('rename in place: Enter saves, Esc takes back', async ({ page, chat }) => {
  await chat.askAndWait('echo one', 'one')
  await chat.session('echo one').focus()
  await page.keyboard.press('F2')
  const field = page.getByRole('textbox', { name: 'Session title' })
  await expect(field).toBeFocused()
  await page.keyboard.type('A better name')
  await page.keyboard.press('Enter')
  await expect(chat.session('A better name')).toBeFocused()
  await expect(page.getByRole('heading', { level: 1, name: 'A better name' })).toBeVisible()
  await expect(page).toHaveTitle('A better name · Cowork')

  await chat.session('A better name').dblclick()
  await page.keyboard.type('Never mind')
  await page.keyboard.press('Escape')
  await expect(chat.session('A better name')).toBeVisible()
  await page.reload()
  await expect(chat.session('A better name')).toBeVisible()
})

test('delete with undo brings the whole conversation back', async ({ page, chat }) => {
  await chat.askAndWait('echo precious', 'precious')
  const address = page.url()
  await page.getByRole('button', { name: 'Session actions' }).click()
  await page.getByRole('menuitem', { name: /^Delete/ }).click()
  await expect(chat.session('echo precious')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Who should answer?' })).toBeVisible()

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page).toHaveURL(address)
  await expect(chat.answers).toContainText('precious')
  await expect(chat.session('echo precious')).toBeVisible()

  await page.keyboard.press('Control+Shift+Backspace')
  await expect(chat.session('echo precious')).toBeHidden()
  await page.goto(address)
  await expect(page.getByText('This session isn’t here')).toBeVisible()
})

test('pinned ones come first, archived ones leave the list', async ({ page, chat }) => {
  await chat.askAndWait('echo older', 'older')
  await page.getByRole('button', { name: 'New chat' }).click()
  await chat.askAndWait('echo newer', 'newer')
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo newer', 'echo older'])

  await chat.session('echo older').hover()
  await page.getByRole('button', { name: 'Actions for “echo older”' }).click()
  await page.getByRole('menuitem', { name: 'Pin' }).click()
  await expect(chat.sessions.getByRole('heading', { name: 'Pinned' })).toBeVisible()
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo older', 'echo newer'])

  await chat.session('echo newer').hover()
  await page.getByRole('button', { name: 'Actions for “echo newer”' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo older'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo older', 'echo newer'])
})

test('archived ones are listed, brought back and deleted', async ({ page, chat }) => {
  await chat.askAndWait('echo kept', 'kept')
  await page.getByRole('button', { name: 'New chat' }).click()
  await chat.askAndWait('echo gone', 'gone')
  const act = async (title: string, what: string) => {
    await chat.session(title).hover()
    await page.getByRole('button', { name: `Actions for “${title}”` }).click()
    await page.getByRole('menuitem', { name: what }).click()
  }
  await act('echo kept', 'Archive')
  await act('echo gone', 'Archive')
  await expect(page.getByText('No sessions yet')).toBeVisible()

  await page.reload()
  await page.getByRole('button', { name: 'Archived sessions' }).click()
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo gone', 'echo kept'])
  await act('echo kept', 'Move back to the list')
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo gone'])
  await act('echo gone', 'Delete')
  await expect(page.getByText('Nothing is archived')).toBeVisible()
  await page.getByRole('button', { name: 'Back to the sessions' }).click()
  await expect(chat.sessions.getByRole('link')).toHaveText(['echo kept'])
})

test('hundreds of sessions scroll, page by page, with few of them mounted', async ({
  page,
  chat,
  cowork,
}) => {
  for (let n = 1; n <= 300; n += 1) await cowork.api('POST', '/api/sessions', { title: `Session ${n}` })
  await page.reload()
  await chat.session('Session 300').focus()
  expect(await chat.sessions.getByRole('link').count()).toBeLessThan(80)
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(chat.session('Session 1')).toBeFocused({ timeout: 500 })
  }).toPass()
  await page.keyboard.press('ArrowUp')
  await expect(chat.session('Session 2')).toBeFocused()
  await page.keyboard.press('Home')
  await expect(chat.session('Session 300')).toBeFocused()
})
