import { expect, test } from './support/fixtures'
import { hold, say } from './support/scripted-provider'

test.use({ scripted: true })

test('a reload in mid-stream goes on where the text was', { tag: '@smoke' }, async ({
  page,
  chat,
  provider,
}) => {
  provider.next(say('One two three'), hold('middle'), say(' four five six.'))
  await chat.ask('Count')
  await expect(chat.answers).toContainText('One two three')

  await page.reload()
  await expect(chat.answers).toContainText('One two three')
  await expect(chat.stop).toBeVisible()
  provider.release('middle')
  await expect(chat.answers.getByText('One two three four five six.', { exact: true })).toBeVisible()
  await chat.finished()
  expect(provider.asked).toHaveLength(1)
})

test('a server killed in mid-stream keeps the text, says so, and continues', { tag: '@smoke' }, async ({
  page,
  chat,
  cowork,
  guard,
  provider,
}) => {
  provider.next(say('Before the crash'), hold('never'))
  await chat.ask('Tell me a story')
  await expect(chat.answers).toContainText('Before the crash')

  guard.expectOutage()
  await cowork.kill()
  await expect(page.getByRole('button', { name: 'Retry now' })).toBeVisible()
  await expect(chat.answers, 'nothing on screen is lost with the server').toContainText('Before the crash')

  await cowork.startAgain()
  await expect(page.getByRole('button', { name: 'Retry now' })).toBeHidden()
  await expect(chat.answers).toContainText('Interrupted')
  await expect(chat.answers).toContainText('Before the crash')
  await expect(chat.stop).toBeHidden()

  provider.next(say(' and after it.'))
  await chat.answers.getByRole('button', { name: 'Continue' }).click()
  await expect(chat.answers.getByText('Before the crash and after it.', { exact: true })).toBeVisible()
  await chat.finished()

  await page.reload()
  await expect(chat.answers.getByText('Before the crash and after it.', { exact: true })).toBeVisible()
  await expect(chat.questions).toHaveCount(1)
})

test('what is written while the server is away goes out once it is back', async ({
  chat,
  cowork,
  guard,
  provider,
}) => {
  await chat.askAndWait('First', 'Understood.')
  guard.expectOutage()
  await cowork.kill()
  await chat.ask('Second')
  await expect(chat.composer).toHaveValue('')
  await cowork.startAgain()
  await expect(chat.answers).toHaveCount(2)
  await expect(chat.answers.last()).toContainText('Understood.')
  await expect(chat.questions).toHaveCount(2)
  expect(provider.asked, 'one call for each message').toHaveLength(2)
})

test('an edit is kept over a reload and a dead server, and is saved once', async ({
  page,
  chat,
  cowork,
  guard,
  provider,
}) => {
  await chat.askAndWait('A first questoin', 'Understood.')
  const field = page.getByRole('textbox', { name: 'Edit the message' })
  const edit = async () => {
    await chat.questions.hover()
    await chat.questions.getByRole('button', { name: 'Edit', exact: true }).click()
  }
  await edit()
  await field.fill('A first question')
  await page.reload()
  await edit()
  await expect(field, 'what was written is there again').toHaveValue('A first question')

  guard.expectOutage()
  await cowork.kill()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(field, 'it stays open with its text').toHaveValue('A first question')
  await cowork.startAgain()
  await expect(field, 'it is saved once the server is back').toBeHidden()
  await expect(chat.questions.getByText('A first question', { exact: true })).toBeVisible()
  await page.reload()
  await expect(chat.questions.getByText('A first question', { exact: true })).toBeVisible()
  await chat.questions.getByRole('button', { name: /^Edited/ }).click()
  await expect(page.getByRole('dialog').getByRole('listitem'), 'one earlier text').toHaveCount(1)
  expect(provider.asked, 'nothing was asked again').toHaveLength(1)
})

test('what waits in the queue is asked in its order after the server was killed', async ({
  page,
  chat,
  cowork,
  guard,
  provider,
}) => {
  provider.next(say('Working on it'), hold('never'))
  await chat.ask('First')
  await expect(chat.answers).toContainText('Working on it')
  await chat.ask('Second')
  await chat.ask('Third')
  await expect(chat.answers).toHaveCount(3)
  await page.reload()
  await expect(chat.answers.nth(1)).toContainText('next in line')

  guard.expectOutage()
  await cowork.kill()
  await expect(page.getByRole('button', { name: 'Retry now' })).toBeVisible()
  await cowork.startAgain()
  await expect(chat.answers.nth(0)).toContainText('Interrupted')
  await expect(chat.answers.nth(1)).toContainText('Understood.')
  await expect(chat.answers.nth(2)).toContainText('Understood.')
  await chat.finished()
  await expect(chat.questions).toHaveCount(3)
  const last = provider.asked.map(({ messages }) => messages.at(-1)?.content)
  expect(last, 'each once').toEqual(['First', 'Second', 'Third'])
})
