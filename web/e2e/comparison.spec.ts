import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'
import { hold, say } from './support/scripted-provider'

test.use({ scripted: true, second: ['second-1'] })

test('one message to two models: both stream, one is chosen and gone on with', async ({
  page,
  chat,
  provider,
  standIn,
}) => {
  const first = page.getByRole('region', { name: 'scripted-1 · scripted' })
  const second = page.getByRole('region', { name: 'second-1 · second' })
  await chat.composer.fill('/compare')
  await chat.composer.press('Enter')
  await page.getByRole('option', { name: /^scripted-1/ }).click()
  await expect(page.getByRole('button', { name: 'Done' })).toBeDisabled()
  await page.getByRole('option', { name: /^second-1/ }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  const chosen = page.getByRole('button', { name: 'Models to compare: scripted-1, second-1' })
  await expect(chosen).toBeVisible()
  await page.reload()
  await expect(chosen, 'kept with the draft').toBeVisible()

  provider.next(say('Ada begins'), hold('ada'), say(' and ends.'))
  standIn.next(say('Bert begins'), hold('bert'), say(' and ends.'))
  await chat.ask('Who are you?')
  await expect(first).toContainText('Ada begins')
  await expect(second, 'while the first is held').toContainText('Bert begins')
  await expect(chosen, 'sent, it is one model again').toBeHidden()
  await first.getByRole('button', { name: 'Stop scripted-1' }).click()
  await expect(first).toContainText('Stopped')
  await expect.poll(() => provider.asked[0]?.hungUp).toBe(true)
  standIn.release('bert')
  await expect(second).toContainText('Bert begins and ends.')
  await expect(page.getByRole('status').filter({ hasText: 'second-1: Answer finished.' })).toBeAttached()
  await chat.finished()

  await page.reload()
  await expect(first, 'both are there after a reload').toContainText('Ada begins')
  await expect(second).toContainText('Bert begins and ends.')
  await expectNoViolation(page, 'answers side by side')
  await first.focus()
  await page.keyboard.press('ArrowRight')
  await expect(second).toBeFocused()

  await page.setViewportSize({ width: 390, height: 800 })
  await page.getByRole('button', { name: 'Previous answer' }).click()
  await expect(first).toBeInViewport({ ratio: 0.5 })
  await expect(second).not.toBeInViewport({ ratio: 0.5 })
  expect((await first.boundingBox())?.width ?? 0, 'it has the width').toBeGreaterThan(300)
  await page.getByRole('button', { name: 'Next answer' }).click()
  await expect(second).toBeInViewport({ ratio: 0.5 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await second.getByRole('button', { name: 'Go on with this one: second-1' }).press('Enter')
  await expect(first).toBeHidden()
  await expect(chat.answers).toContainText('Bert begins and ends.')
  await page.setViewportSize({ width: 1280, height: 800 })

  await page.reload()
  await expect(chat.answers, 'the choice is kept').toContainText('Bert begins and ends.')
  await expect(second).toBeHidden()
  provider.next(say('On from there.'))
  await chat.askAndWait('Go on', 'On from there.')
  expect(provider.asked.at(-1)?.messages.map((message) => message.content)).toEqual([
    'Who are you?',
    'Bert begins and ends.',
    'Go on',
  ])
  await page.getByRole('button', { name: 'Compare again' }).click()
  await expect(first).toContainText('Ada begins')
  await page.getByRole('button', { name: 'Show one answer only' }).click()
  await expect(first).toBeHidden()
})
