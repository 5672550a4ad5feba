import { expect, test } from './support/fixtures'
import { say } from './support/scripted-provider'

test.use({ scripted: true })

test('an edit makes a branch, and the arrows lead back and forth', async ({ page, chat, provider }) => {
  provider.next(say('About cats.'))
  await chat.askAndWait('Tell me about cats', 'About cats.')
  provider.next(say('About dogs.'))
  await chat.tool(chat.questions.first(), 'Edit')
  const field = page.getByRole('textbox', { name: 'Edit the message' })
  await field.fill('Tell me about dogs')
  await page.getByRole('button', { name: 'Save and rerun' }).click()
  await expect(chat.answers).toContainText('About dogs.')
  await expect(chat.questions).toHaveText(/Tell me about dogs/)
  await chat.finished()

  await chat.tool(chat.questions.first(), 'Previous version')
  await expect(chat.questions).toHaveText(/Tell me about cats/)
  await expect(chat.answers).toContainText('About cats.')

  await page.reload()
  await expect(chat.answers, 'the session remembers the branch').toContainText('About cats.')
  await chat.tool(chat.questions.first(), 'Next version')
  await expect(chat.answers).toContainText('About dogs.')
  expect(provider.asked.at(-1)?.messages.map((message) => message.content)).toEqual(['Tell me about dogs'])
})

test('regenerating keeps the earlier answer in reach', async ({ chat, provider }) => {
  provider.next(say('First try.'))
  await chat.askAndWait('Try', 'First try.')
  provider.next(say('Second try.'))
  await chat.tool(chat.answers.first(), 'Regenerate')
  await expect(chat.answers).toContainText('Second try.')
  await chat.finished()
  await chat.tool(chat.answers.first(), 'Previous version')
  await expect(chat.answers).toContainText('First try.')
})
