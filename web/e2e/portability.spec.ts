/** Conversations of another program come in with their branches, once, and what is no file of them is refused in words. */
import { readFileSync } from 'node:fs'
import { expectNoViolation } from './support/axe'
import { expect, test } from './support/fixtures'

const CHATGPT = readFileSync('../crates/cowork-import/tests/files/chatgpt.json')

test('a ChatGPT export is read with both answers, known again, and a stranger is refused', async ({
  page,
  chat,
  guard,
}) => {
  guard.expectRefusal(/\/api\/import$/)
  await page.getByRole('button', { name: 'Import and export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import and export' })
  const choose = dialog.locator('input[type=file]')
  await choose.setInputFiles({ name: 'conversations.json', mimeType: 'application/json', buffer: CHATGPT })
  const report = dialog.getByRole('list', { name: 'What came over' })
  await expect(dialog.getByText('1 conversation imported · 1 not taken over')).toBeVisible()
  await expect(report.getByRole('listitem').first()).toContainText(
    'Left out: 1 image, 2 tool calls and results',
  )
  await expect(report.getByRole('listitem').last()).toContainText('Broken off')
  await expectNoViolation(page, 'the report of an import')

  await report.getByRole('link', { name: 'Rolling back a deploy' }).click()
  await expect(dialog).toBeHidden()
  await expect(chat.session('Rolling back a deploy')).toBeVisible()
  await expect(chat.answers).toContainText('Use the last good chart.')
  await chat.tool(chat.answers.first(), 'Previous version')
  await expect(chat.answers).toContainText('Run helm rollback.')
  await page.reload()
  await expect(chat.answers, 'the branch is remembered').toContainText('Run helm rollback.')

  await page.getByRole('button', { name: 'Import and export' }).click()
  await choose.setInputFiles({ name: 'conversations.json', mimeType: 'application/json', buffer: CHATGPT })
  await expect(dialog.getByText('0 conversations imported · 1 already here · 1 not taken over')).toBeVisible()
  const stranger = { name: 'package.json', mimeType: 'application/json', buffer: Buffer.from('{"name":"x"}') }
  await choose.setInputFiles(stranger)
  await expect(dialog.getByText('package.json was not imported')).toBeVisible()
  await expect(
    dialog.getByText(/it holds an object with name\. What can be imported: .*ChatGPT/),
  ).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(chat.sessions.getByRole('link')).toHaveCount(1)
})

test('everything is saved as one file', async ({ page, chat }) => {
  await chat.askAndWait('2 + 2', /./)
  await page.getByRole('button', { name: 'Import and export' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export all sessions' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('cowork-sessions.jsonl')
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { messages: object[] }).messages.length)).toEqual([2])
})
