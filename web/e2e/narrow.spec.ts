import { expect, test } from './support/fixtures'

test.use({ viewport: { width: 390, height: 844 } })

test('on a phone the sessions are a drawer, and nothing is wider than the screen', async ({ page, chat }) => {
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect(page.getByRole('complementary', { name: 'Sessions' })).toBeHidden()
  await chat.ask('markdown')
  await chat.finished()
  expect(await tooWide()).toBeLessThanOrEqual(0)
  const column = await chat.answers.boundingBox()
  expect(column?.width ?? 0, 'the text has the width').toBeGreaterThan(300)

  await page.getByRole('button', { name: 'New chat' }).click()
  await chat.askAndWait('echo two', 'two')
  await page.getByRole('button', { name: 'Show sessions' }).click()
  const drawer = page.getByRole('dialog', { name: 'Sessions' })
  await expect(drawer).toBeVisible()
  await drawer.getByRole('link', { name: 'markdown' }).click()
  await expect(drawer).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: 'markdown' })).toBeVisible()

  await page.getByRole('button', { name: 'Show sessions' }).click()
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  expect(await tooWide()).toBeLessThanOrEqual(0)
})
