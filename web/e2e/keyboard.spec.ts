import type { Page } from '@playwright/test'
import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'

/** Presses Tab until something with this role and name has the focus. */
async function tabTo(page: Page, name: RegExp, backwards = false): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(backwards ? 'Shift+Tab' : 'Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
    if (name.test(focused)) return
  }
  throw new Error(`Tab never reached ${name}`)
}

test('a whole journey without a pointer', async ({ page, cowork }) => {
  await page.goto(await cowork.freshLink())
  const chat = new Chat(page)
  await expect(chat.composer).toBeFocused()
  await page.keyboard.type('echo first')
  await page.keyboard.press('Enter')
  await expect(chat.answers).toContainText('first')
  await chat.finished()
  await expect(chat.composer).toBeFocused()

  await page.keyboard.press('Control+Shift+O')
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible()
  await expect(chat.composer).toBeFocused()
  await page.keyboard.type('echo second')
  await page.keyboard.press('Enter')
  await expect(chat.answers).toContainText('second')
  await chat.finished()

  await tabTo(page, /^echo second/, true)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'echo first' })).toBeVisible()

  await page.keyboard.press('Shift+Escape')
  await expect(chat.composer).toBeFocused()
  await page.keyboard.press('Control+Shift+S')
  await expect(chat.sessions).toBeHidden()
  await page.keyboard.press('Control+Shift+S')
  await expect(chat.sessions).toBeVisible()

  await page.keyboard.press('Control+Shift+Backspace')
  await expect(chat.session('echo first')).toBeHidden()
  await tabTo(page, /^Undo$/, true)
  await page.keyboard.press('Enter')
  await expect(chat.session('echo first')).toBeVisible()
})

test('the cheat sheet opens by Mod+/ anywhere and by ? outside text', async ({ page, chat }) => {
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await page.keyboard.press('Control+/')
  await expect(sheet).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await chat.composer.pressSequentially('?')
  await expect(sheet).toBeHidden()
  await expect(chat.composer).toHaveValue('?')
  await page.getByRole('button', { name: 'Settings' }).focus()
  await page.keyboard.press('Shift+?')
  await expect(sheet).toBeVisible()
})

test('the palette runs what one names, and slash commands do the same', async ({ page, chat }) => {
  await chat.askAndWait('echo palette', 'palette')
  await page.keyboard.press('Control+K')
  const search = page.getByRole('combobox', { name: 'Search' })
  await search.fill('>usage')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Usage' })).toBeVisible()
  await page.goBack()
  await chat.composer.fill('/rename Named by a command')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Named by a command' })).toBeVisible()
})
