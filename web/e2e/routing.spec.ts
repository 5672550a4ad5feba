import type { Locator, Page } from '@playwright/test'
import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'
import { hold, refuse, say } from './support/scripted-provider'

const details = async (page: Page, answer: Locator): Promise<Locator> => {
  await answer.hover()
  await answer.getByRole('button', { name: 'Details', exact: true }).click()
  return page.getByRole('dialog', { name: 'Details of this answer' })
}

test.describe('with a stand-in', () => {
  test.use({ scripted: true, models: ['large'], second: ['small'] })

  test('a fallback is told above the answer, over a reload too', async ({
    page,
    chat,
    provider,
    standIn,
  }) => {
    provider.next(refuse('key'))
    standIn.next(say('I stand in.'))
    await chat.askAndWait('Hello', 'I stand in.')

    const told = async () => {
      await expect(chat.answers).toContainText('large of scripted did not answer')
      await expect(chat.answers).toContainText('small of second answered instead')
      await expect(chat.answers).toContainText('second · small')
    }
    await told()
    await page.reload()
    await told()

    const panel = await details(page, chat.answers)
    await expect(panel).toContainText('scripted · large')
    await expect(panel).toContainText('Asked for')
    await expect(panel.getByRole('listitem')).toHaveCount(2)
    await expect(panel.getByRole('listitem').last()).toContainText('Answered')
    // What each call took, as the ledger has it.
    await expect(panel.getByRole('listitem').first()).toContainText(/did not accept the API key.*end \d+ ms/)
    await expect(panel.getByRole('listitem').last()).toContainText(
      /connected .*first byte .*first token .*end /,
    )
    expect(standIn.asked).toHaveLength(1)
  })

  test('the stand-in that is being asked is named', async ({ chat, provider, standIn }) => {
    provider.next(refuse('key'))
    standIn.next(hold('first word'), say('Here I am.'))
    await chat.ask('Hello')
    await expect(chat.answers).toContainText('Key not accepted. Trying second · small now (attempt 2)')
    standIn.release('first word')
    await expect(chat.answers).toContainText('Here I am.')
    await expect(chat.answers).not.toContainText('Trying')
  })

  test('the answer can be asked of another model', async ({ page, chat, standIn }) => {
    await chat.askAndWait('Hello', 'Understood.')
    await expect(chat.answers).toContainText('scripted · large')
    standIn.next(say('The small one says.'))
    await chat.tool(chat.answers, 'Regenerate with another model')
    await expect(page.getByRole('combobox', { name: 'Search models' })).toBeFocused()
    await page.keyboard.type('second')
    await page.keyboard.press('Enter')
    await expect(chat.answers).toContainText('The small one says.')
    await expect(chat.answers).toContainText('second · small')
    await expect(chat.answers).toContainText('2/2')
  })
})

test.describe('with one service', () => {
  test.use({ scripted: true })

  test('a rate limit counts down, and can be stopped', async ({ page, chat, provider }) => {
    provider.next(refuse('limit', 20))
    await chat.ask('Hello')
    await expect(chat.answers).toContainText(/Too many requests\. Trying again in \d+ s \(attempt 2\)/)
    await expect(page.getByRole('status').filter({ hasText: 'Trying again in' })).toHaveCount(1)
    const first = await secondsIn(chat.answers)
    await expect.poll(() => secondsIn(chat.answers)).toBeLessThan(first)

    await page.reload()
    await expect(chat.answers).toContainText(/Trying again in \d+ s/)
    await chat.answers.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(chat.answers).toContainText('Stopped')
    await chat.finished()
    expect(provider.asked).toHaveLength(1)
  })

  test('a rate limit that passes is not in the way', async ({ page, chat, provider }) => {
    provider.next(refuse('limit', 2))
    provider.next(say('Through at last.'))
    await chat.ask('Hello')
    await expect(chat.answers).toContainText('Trying again in')
    await expect(chat.answers).toContainText('Through at last.')
    await chat.finished()
    await expect(chat.answers).not.toContainText('Trying')
    const panel = await details(page, chat.answers)
    await expect(panel.getByRole('listitem')).toHaveCount(2)
  })

  test('a wait that is too long is told, and the answer is asked for by hand', async ({ chat, provider }) => {
    provider.next(refuse('limit', 90))
    await chat.ask('Hello')
    await expect(chat.answers).toContainText('Too many requests')
    await expect(chat.answers).toContainText(/asks to wait: \d+ s/)
    await chat.answers.getByRole('button', { name: 'Try again' }).click()
    await expect(chat.answers).toContainText('Understood.')
  })

  test('a key that is refused leads to the providers', async ({ page, chat, provider }) => {
    provider.next(refuse('key'))
    await chat.ask('Hello')
    await chat.finished()
    await expect(chat.answers).toContainText('Key not accepted')
    await chat.answers.getByRole('link', { name: 'Check the key' }).click()
    await expect(page).toHaveURL(/\/settings\/providers$/)
    await page.goBack()
    await expect(chat.answers).toContainText('Key not accepted')
    await chat.answers.getByRole('button', { name: 'With another model', exact: true }).click()
    await expect(page.getByRole('dialog', { name: 'Regenerate with another model' })).toBeVisible()
  })
})

test.describe('the picker', () => {
  test.use({ scripted: true, models: ['large', 'medium', 'small'] })

  const chip = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
  const search = (page: Page) => page.getByRole('combobox', { name: 'Search models' })

  test('opens, finds, chooses and closes by keyboard', async ({ page, chat, provider }) => {
    await expect(chip(page, 'Model: large')).toBeVisible()
    await page.keyboard.press('Control+Shift+M')
    await expect(search(page)).toBeFocused()
    await page.keyboard.type('SMALL')
    await expect(page.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(chip(page, 'Model: small')).toBeVisible()

    await page.keyboard.press('Control+Shift+M')
    await expect(search(page)).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect(chip(page, 'Model: medium')).toBeVisible()

    await page.keyboard.press('Control+Shift+M')
    await expect(search(page)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(search(page)).toBeHidden()
    await expect(chip(page, 'Model: medium')).toBeVisible()

    await chat.askAndWait('Hello', 'Understood.')
    expect(provider.asked.at(-1)?.model).toBe('medium')
  })

  test('a model for the next message alone is for that one alone', async ({ page, chat, provider }) => {
    await chat.askAndWait('First', 'Understood.')
    await page.keyboard.press('Control+Shift+M')
    await page.getByRole('radio', { name: 'Only the next message' }).click()
    await search(page).fill('small')
    await page.keyboard.press('Enter')
    await expect(chip(page, 'Model: small, for the next message only')).toBeVisible()
    await chat.ask('Second')
    await expect(chat.answers.nth(1)).toContainText('scripted · small')
    await expect(chip(page, 'Model: large')).toBeVisible()
    await chat.finished()
    await chat.ask('Third')
    await expect(chat.answers.nth(2)).toContainText('scripted · large')
    expect(provider.asked.filter(({ model }) => model === 'small')).toHaveLength(1)
  })

  test('a star puts a model first, for good', async ({ page, chat, cowork }) => {
    await expect(chat.composer).toBeVisible()
    await page.keyboard.press('Control+Shift+M')
    await search(page).fill('small')
    await page.keyboard.press('Tab')
    const star = page.getByRole('button', { name: 'Add small to the favourites' })
    await expect(star).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Take small out of the favourites' })).toBeVisible()
    await expect
      .poll(async () => (await cowork.api('GET', '/api/settings')).json())
      .toMatchObject({ favourites: ['scripted/small'] })
    await page.reload()
    await expect(chip(page, 'Model: large')).toBeVisible()
    await page.keyboard.press('Control+Shift+M')
    await expect(page.getByRole('option').first()).toHaveAccessibleName(/^small, scripted, favourite/)
  })

  test.describe('with hundreds of models', () => {
    test.use({ models: Array.from({ length: 400 }, (_, index) => `model-${index}`) })

    test('keeps only what is in sight, and reaches the last one', async ({ page, chat }) => {
      await expect(chat.composer).toBeVisible()
      await page.keyboard.press('Control+Shift+M')
      await expect(page.getByRole('option').first()).toHaveAttribute('aria-setsize', /40\d/)
      expect(await page.getByRole('option').count()).toBeLessThan(60)
      await search(page).fill('model-399')
      await page.keyboard.press('Enter')
      await expect(chip(page, 'Model: model-399')).toBeVisible()
      await page.keyboard.press('Control+Shift+M')
      await expect(page.getByRole('option', { name: 'model-399' })).toBeInViewport()
    })
  })
})

test.describe('accessible', () => {
  test.use({ scripted: true, reducedMotion: 'reduce', models: ['large', 'small'] })

  test('no axe violation on the way to an answer', async ({ page, chat, provider }) => {
    test.setTimeout(180_000)
    provider.next(refuse('limit', 25))
    await chat.ask('Hello')
    await expect(chat.answers).toContainText('Trying again in')
    await expectNoViolation(page, 'waiting for the next call')
    await chat.answers.getByRole('button', { name: 'Stop', exact: true }).click()
    await chat.finished()

    provider.next(refuse('key'))
    await chat.ask('Again')
    await chat.finished()
    await expectNoViolation(page, 'failed answer')
    await chat.answers.last().getByRole('button', { name: 'With another model', exact: true }).click()
    await expect(page.getByRole('combobox', { name: 'Search models' })).toBeVisible()
    await expectNoViolation(page, 'other models', 'alone')
    await page.keyboard.press('Escape')

    await chat.askAndWait('Once more', 'Understood.')
    await details(page, chat.answers.last())
    await expectNoViolation(page, 'details', 'alone')
  })
})

/** The seconds of the countdown in an answer. */
async function secondsIn(answer: Locator): Promise<number> {
  const text = await answer.innerText()
  return Number(/in (\d+) s/.exec(text)?.[1] ?? Number.NaN)
}
