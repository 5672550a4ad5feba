import { readFile } from 'node:fs/promises'
import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'

test.use({ scripted: true })

test('a persona made, chosen and asked; a prompt inserted with its variables', async ({
  page,
  chat,
  cowork,
  guard,
  provider,
}) => {
  await page.keyboard.press('Control+,')
  await page.getByRole('link', { name: 'Personas and prompts' }).press('Enter')
  await expect(page).toHaveURL(/\/settings\/library$/)

  await page.getByRole('button', { name: 'Add a persona' }).click()
  const dialog = page.getByRole('dialog')
  guard.expectRefusal(/\/api\/personas$/)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText("A persona's name has")).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Editor')
  await dialog.getByRole('textbox', { name: 'Instructions' }).fill('You edit texts.')
  await expectNoViolation(page, 'persona form')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('button', { name: 'Add a prompt' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('weekly-report')
  await dialog.getByRole('textbox', { name: 'Text' }).fill('Report on {{week}} for {{team}}.')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()

  const personas = page.getByRole('region', { name: 'Personas' })
  await personas.getByRole('button', { name: 'What one can do with Editor' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(personas.getByRole('listitem')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(personas.getByRole('listitem')).toContainText('Editor')
  await expectNoViolation(page, 'library')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const file = await (await download).path()
  expect(JSON.parse(await readFile(file, 'utf8')).personas[0].name).toBe('Editor')

  // By its name, before the first message; it goes along.
  await page.goto(`${cowork.url}/`)
  await chat.composer.fill('/persona editor')
  await chat.composer.press('Enter')
  const chip = page.getByRole('button', { name: 'Persona: Editor' })
  await expect(chip).toBeVisible()
  await chat.composer.fill('/prompt weekly-report')
  await chat.composer.press('Enter')
  await dialog.getByRole('textbox', { name: 'week' }).fill('42')
  await dialog.getByRole('textbox', { name: 'team' }).fill('{{week}}')
  await dialog.getByRole('button', { name: 'Insert' }).click()
  await expect(chat.composer).toHaveValue('Report on 42 for {{week}}.')
  await expect(chat.composer).toBeFocused()
  await chat.composer.press('Enter')
  await expect(chat.answers.first()).toBeVisible()
  await chat.finished()
  expect(JSON.stringify(provider.asked.at(-1))).toContain('You edit texts.')

  await page.reload()
  await expect(chip).toBeVisible()
  await page.getByRole('button', { name: 'Session actions' }).click()
  await page.getByRole('menuitem', { name: 'Instructions…' }).click()
  await dialog.getByRole('combobox', { name: 'Persona' }).selectOption('None')
  await dialog.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.')
  await expectNoViolation(page, 'instructions')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(chip).toBeHidden()
  await chat.ask('Again')
  await chat.finished()
  const last = JSON.stringify(provider.asked.at(-1))
  expect(last).toContain('Be brief.')
  expect(last).not.toContain('You edit texts.')
})

test('what was exported comes in elsewhere, and never for nothing', async ({ page, chat, cowork, guard }) => {
  await expect(chat.composer).toBeVisible()
  await page.goto(`${cowork.url}/settings/library`)
  const choose = async (content: string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await (await chooser).setFiles({
      name: 'library.json',
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    })
  }
  await choose('no JSON')
  await expect(page.getByRole('alert').getByText('This file is no JSON')).toBeVisible()
  const prompts = [{ name: 'greet', content: 'Hello' }]
  const library = JSON.stringify({ format: 'cowork.presets', version: 1, prompts })
  await choose(library)
  await expect(page.getByRole('region', { name: 'Prompts' }).getByRole('listitem')).toContainText('greet')
  guard.expectRefusal(/\/api\/presets\/import$/)
  await choose(library)
  await expect(page.getByRole('alert').getByText('Everything in this file is here already')).toBeVisible()
})
