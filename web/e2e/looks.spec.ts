/**
 * How the main screens look, in both themes and on a phone, against pictures that a person has looked at.
 *
 * After a change that is meant: `npx playwright test looks --update-snapshots=all` in web/, look at what changed, commit it.
 * Times are not shown. Fonts are the page's own; browsers of other versions draw their edges a little differently, so a
 * share of the pixels may differ.
 */
import type { Chat } from './support/chat'
import { expect, type Page, test } from './support/fixtures'
import { type ScriptedProvider, say } from './support/scripted-provider'

test.use({ scripted: true, models: ['large', 'small'], reducedMotion: 'reduce' })

const ANSWER = `The lease is renewed by **one worker**, and the check stands in the same transaction as the write.

| Step | Before | After |
| :--- | ---: | ---: |
| read | 12.4 ms | 3.1 ms |
| write | 8.9 ms | 4.0 ms |

\`\`\`ts
const lease = await store.get(id)
if (lease.expiresAt < clock.now()) throw new Expired(id)
\`\`\`

- [x] reproduce the race
- [ ] measure under load`

test('a conversation, its tools and the sessions', async ({ chat, page, provider }) => {
  await converse(chat, provider)
  await looks(page, 'conversation')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await looks(page, 'search')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Model: / }).click()
  await expect(page.getByRole('dialog', { name: 'Choose a model' })).toBeVisible()
  await looks(page, 'models')
  await page.keyboard.press('Escape')

  await page.setViewportSize({ width: 390, height: 844 })
  await looks(page, 'conversation-390')
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await expect(page.getByRole('dialog', { name: 'Sessions' })).toBeVisible()
  await looks(page, 'sessions-390')
})

test('settings', async ({ chat, page }) => {
  await expect(chat.composer).toBeVisible()
  for (const section of ['providers', 'library', 'appearance']) {
    await page.goto(page.url().replace(/(\/\/[^/]+).*/, `$1/settings/${section}`))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await looks(page, section)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await looks(page, 'appearance-390')
})

test.describe('without a model', () => {
  test.use({ scripted: false })

  test('the first run', async ({ chat, page }) => {
    await expect(chat.composer).toBeVisible()
    await looks(page, 'first-run')
    await page.setViewportSize({ width: 390, height: 844 })
    await looks(page, 'first-run-390')
  })
})

async function converse(chat: Chat, provider: ScriptedProvider): Promise<void> {
  provider.next(say(ANSWER))
  await chat.ask('How is the lease renewed?')
  await chat.finished()
  // The colours come from a worker.
  await expect(chat.answers.last().locator('[class^=tok-]').first()).toBeVisible()
}

async function looks(page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    for (const time of document.querySelectorAll('time')) time.style.visibility = 'hidden'
  })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page).toHaveScreenshot(`${name}-${colorScheme}.png`, {
      threshold: 0.3,
      maxDiffPixelRatio: 0.004,
      animations: 'disabled',
      caret: 'hide',
    })
  }
}
