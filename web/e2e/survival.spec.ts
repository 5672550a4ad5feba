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
