import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'
import { refuse } from './support/scripted-provider'

test.use({ scripted: true })

test('what calls took is summed up by model, session and day', async ({ page, chat, provider }) => {
  await chat.askAndWait('Hello', 'Understood.')
  provider.next(refuse('key'))
  await chat.ask('Again')
  await chat.finished()

  await page.keyboard.press('Control+,')
  await page.getByRole('link', { name: 'Usage' }).press('Enter')
  await expect(page).toHaveURL(/\/settings\/usage$/)
  const byModel = page.getByRole('table', { name: 'Usage by model' })
  await expect(byModel.getByRole('row').nth(1)).toContainText('scripted/scripted-1')
  await expect(byModel.getByRole('row').nth(1).getByRole('cell').first()).toHaveText('2')
  await expect(byModel.getByRole('row').last()).toContainText('Total')

  await page.getByRole('radio', { name: 'Session', exact: true }).click()
  const bySession = page.getByRole('table', { name: 'Usage by session' })
  await expect(bySession.getByRole('link', { name: 'Hello' })).toBeVisible()
  await page.getByRole('radio', { name: 'Day', exact: true }).click()
  const byDay = page.getByRole('table', { name: 'Usage by day (UTC)' })
  await expect(byDay.getByRole('row')).toHaveCount(3)
  await expectNoViolation(page, 'usage')
  await page.setViewportSize({ width: 390, height: 844 })
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)

  await page.reload()
  await expect(byModel.getByRole('row').nth(1)).toContainText('scripted/scripted-1')
  await page.getByRole('radio', { name: 'Session', exact: true }).click()
  await bySession.getByRole('link', { name: 'Hello' }).click()
  await expect(chat.answers.first()).toContainText('Understood.')
})
