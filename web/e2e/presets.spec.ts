import { readFile } from 'node:fs/promises'
import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'

test.use({ scripted: true, models: ['large', 'small'], window: 8_192 })

test('a persona made, chosen and asked; a prompt inserted with its variables', async ({
  page,
  context,
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
  await dialog.getByRole('combobox', { name: 'Model' }).selectOption('small')
  await dialog.getByRole('textbox', { name: 'Temperature' }).fill('warm')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Write a number such as 0.7')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Temperature' }).fill('0,2')
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

  // Another tab takes in what is changed in this one.
  const other = await context.newPage()
  await other.goto(page.url())
  const theirs = other.getByRole('region', { name: 'Personas' })
  await expect(theirs.getByRole('listitem')).toContainText('You edit texts.')
  await personas.getByRole('button', { name: 'What one can do with Editor' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await dialog.getByRole('textbox', { name: 'Description' }).fill('For letters')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await other.bringToFront()
  await expect(theirs.getByRole('listitem')).toContainText('For letters')
  await other.close()

  // By its name, before the first message; it goes along, with its model, also over a reload.
  await page.goto(`${cowork.url}/`)
  await chat.composer.fill('/persona editor')
  await chat.composer.press('Enter')
  const chip = page.getByRole('button', { name: 'Persona: Editor' })
  const model = page.getByRole('button', { name: 'Model: small, from the persona Editor' })
  await expect(chip).toBeVisible()
  await page.reload()
  await expect(chip).toBeVisible()
  await expect(model).toBeVisible()
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
  expect(provider.asked.at(-1)).toMatchObject({ model: 'small', body: { temperature: 0.2 } })
  expect(JSON.stringify(provider.asked.at(-1))).toContain('You edit texts.')
  await chat.answers.hover()
  await chat.answers.getByRole('button', { name: 'Details', exact: true }).click()
  const details = page.getByRole('dialog', { name: 'Details of this answer' })
  await expect(details).toContainText('Temperature0.2')
  await page.keyboard.press('Escape')

  await page.reload()
  await expect(chip).toBeVisible()
  await expect(model).toBeVisible()
  await page.getByRole('button', { name: 'Session actions' }).click()
  await page.getByRole('menuitem', { name: 'Instructions…' }).click()
  await dialog.getByRole('combobox', { name: 'Persona' }).selectOption('None')
  await dialog.getByRole('textbox', { name: 'System prompt' }).fill('Much too long. '.repeat(2_000))
  await expect(dialog.getByText('About 7,500 tokens: ')).toContainText('that large holds')
  await dialog.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.')
  await dialog.getByRole('textbox', { name: 'Temperature' }).fill('3')
  guard.expectRefusal(/\/api\/sessions\/[^/]+$/)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('A temperature lies between 0 and 2.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Temperature' }).fill('0.9')
  await expectNoViolation(page, 'instructions')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(chip).toBeHidden()
  await chat.ask('Again')
  await chat.finished()
  expect(provider.asked.at(-1)).toMatchObject({ model: 'large', body: { temperature: 0.9 } })
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
