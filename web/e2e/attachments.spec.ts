import { drag, paste, picture, text } from './support/files'
import { expect, test } from './support/fixtures'
import { say } from './support/scripted-provider'

test.use({ scripted: true })

test('a pasted picture is seen by the model, stands in the thread, and survives a reload', {
  tag: '@smoke',
}, async ({ page, chat, provider }) => {
  const green = picture('image.png', [30, 160, 90])
  await paste(chat.composer, [green])
  const drafted = page.getByRole('list', { name: 'Attached files' })
  await expect(drafted.getByRole('listitem')).toContainText('pasted-image.png')

  provider.next(say('A green square.'))
  await chat.askAndWait('What is this?', 'A green square.')
  await expect(drafted).toBeHidden()
  const [question] = provider.asked.at(-1)?.messages.filter(({ role }) => role === 'user') ?? []
  expect(question?.content).toEqual([
    { type: 'image_url', image_url: { url: `data:image/png;base64,${green.buffer.toString('base64')}` } },
    { type: 'text', text: 'What is this?' },
  ])

  const thumbnail = chat.questions.getByRole('img', { name: 'pasted-image.png' })
  await expect(thumbnail).toBeVisible()
  await page.reload()
  await expect(thumbnail).toBeVisible()
  await chat.questions.getByRole('button', { name: 'Open pasted-image.png' }).click()
  const viewer = page.getByRole('dialog', { name: 'pasted-image.png' })
  await expect(viewer.getByRole('img', { name: 'pasted-image.png' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
  await chat.tool(chat.answers.last(), 'Details')
  await expect(page.getByText('as an image')).toBeVisible()
})

test('files dropped anywhere are attached; what is too large is refused in words', async ({
  page,
  chat,
  provider,
}) => {
  const drop = await drag(page, [
    text('sales.csv', 'year,sum\n2023,5\n2024,"7, about"\n'),
    { name: 'film.bin', size: 26 << 20 },
  ])
  await expect(page.getByText('Drop files to attach them')).toBeVisible()
  await drop()
  await expect(page.getByText('Drop files to attach them')).toBeHidden()
  await expect(page.getByRole('region', { name: 'Notifications' })).toContainText(
    'film.bin is larger than 25 MB, the most one file may have.',
  )
  const drafted = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await expect(drafted).toHaveCount(1)

  await chat.askAndWait('Sum it up', 'Understood.')
  const content = JSON.stringify(provider.asked.at(-1)?.messages)
  expect(content).toContain('7, about')
  await chat.questions.getByRole('button', { name: 'Preview sales.csv' }).click()
  const table = page.getByRole('table', { name: 'Table, sales.csv' })
  await expect(table.getByRole('row')).toHaveText(['yearsum', '120235', '220247, about'])
  await page.keyboard.press('Escape')

  // Edited and sent again, the file goes along.
  await chat.tool(chat.questions.last(), 'Edit')
  await page.getByRole('textbox', { name: 'Edit the message' }).fill('Again')
  await page.keyboard.press('Control+Enter')
  await expect(chat.questions.last()).toContainText('Again')
  await expect(chat.questions.getByRole('button', { name: 'Preview sales.csv' })).toBeVisible()
  await chat.finished()
  expect(JSON.stringify(provider.asked.at(-1)?.messages)).toContain('7, about')
})

test('what is attached stays with its draft over a reload, in a new chat too', async ({
  page,
  chat,
  provider,
}) => {
  const drafted = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await paste(chat.composer, [picture('image.png', [200, 80, 40])])
  await chat.composer.fill('In a new chat')
  await expect(drafted).toHaveCount(1)
  await page.reload()
  await expect(drafted).toContainText('pasted-image.png')
  await expect(drafted.locator('img')).toBeVisible()
  await expect(chat.sessions.getByRole('link'), 'no empty session was made').toHaveCount(0)
  await chat.composer.press('Enter')
  await expect(chat.questions.getByRole('img', { name: 'pasted-image.png' })).toBeVisible()
  await chat.finished()

  await page.locator('input[type=file]').setInputFiles([text('a.md', '# A\n\nSome *words*.')])
  await expect(drafted).toContainText('a.md')
  await page.reload()
  await expect(drafted).toContainText('a.md')
  await chat.askAndWait('And this?', 'Understood.')
  expect(JSON.stringify(provider.asked.at(-1)?.messages)).toContain('Some *words*.')
})

test('a long paste becomes a file, and words again where they are wanted', async ({ page, chat }) => {
  const long = Array.from({ length: 300 }, (_, line) => `line ${line}`).join('\n')
  await paste(chat.composer, [], long)
  const drafted = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await expect(drafted).toContainText('pasted-text.txt')
  await expect(chat.composer).toHaveValue('')
  await page.getByRole('button', { name: 'Paste as text instead' }).click()
  await expect(drafted).toHaveCount(0)
  await expect(chat.composer).toHaveValue(long)
})

test('a server killed in mid-upload: the file says so, is tried again, and goes along once', async ({
  page,
  chat,
  cowork,
  guard,
  provider,
}) => {
  await chat.askAndWait('First', 'Understood.')
  guard.expectOutage()
  cowork.freeze()
  const large = text('large.txt', 'many words '.repeat(2_000_000))
  await page.locator('input[type=file]').setInputFiles([large])
  const drafted = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await expect(drafted).toContainText(/Uploading/)
  await chat.composer.fill('What is in it?')
  await chat.composer.press('Enter')
  await expect(page.getByText('Sends as soon as the files are uploaded.')).toBeVisible()
  await cowork.kill()
  const retry = drafted.getByRole('button', { name: 'Retry large.txt' })
  await expect(retry).toBeVisible()
  await expect(chat.composer, 'nothing was sent without its file').toHaveValue('What is in it?')
  await expect(chat.send).toHaveAccessibleDescription('A file was not uploaded. Retry or remove it.')

  await cowork.startAgain()
  await retry.click()
  await expect(retry).toBeHidden()
  await chat.composer.press('Enter')
  await expect(chat.questions.last().getByRole('button', { name: 'Preview large.txt' })).toBeVisible()
  await chat.finished()
  expect(provider.asked).toHaveLength(2)
})
