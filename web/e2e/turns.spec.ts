import { expect, test } from './support/fixtures'
import { hold, refuse, say } from './support/scripted-provider'

test.use({ scripted: true })

test('a message written while an answer runs waits its turn, or is dropped', async ({ chat, provider }) => {
  provider.next(say('Working on it'), hold('first'), say(', done.'))
  await chat.ask('First')
  await expect(chat.answers).toContainText('Working on it')

  await expect(chat.queue).toBeVisible()
  await chat.ask('Second')
  await chat.ask('Third')
  await expect(chat.answers).toHaveCount(3)
  await expect(chat.answers.nth(1)).toContainText('next in line')
  await chat.answers.nth(2).getByRole('button', { name: 'Drop' }).click()
  await expect(chat.answers.nth(2)).toContainText('Stopped')

  provider.release('first')
  await expect(chat.answers.nth(1)).toContainText('Understood.')
  await chat.finished()
  expect(provider.asked, 'the dropped one was never asked').toHaveLength(2)
})

test('stop ends the answer at once, here and at the provider', async ({ chat, provider }) => {
  provider.next(say('Going on and on'), hold('never'))
  await chat.ask('Go on')
  await expect(chat.answers).toContainText('Going on and on')
  await chat.stop.click()
  await expect(chat.answers).toContainText('Stopped')
  await chat.finished()
  await expect(chat.answers).toContainText('Going on and on')
  await expect.poll(() => provider.asked[0]?.hungUp).toBe(true)
})

test('an answer that was stopped and continued can be stopped again', async ({ chat, provider }) => {
  provider.next(say('Going on'), hold('never'))
  await chat.ask('Go on')
  await expect(chat.answers).toContainText('Going on')
  await chat.stop.click()
  await expect(chat.answers).toContainText('Stopped')

  provider.next(say(' and on'), hold('never'))
  await chat.answers.getByRole('button', { name: 'Continue' }).click()
  await expect(chat.answers).toContainText('Going on and on')
  await chat.stop.click()
  await expect(chat.answers).toContainText('Stopped')
  await chat.finished()
  await expect.poll(() => provider.asked[1]?.hungUp).toBe(true)
})

test('Esc in the composer stops', async ({ chat, provider }) => {
  provider.next(say('Going on'), hold('never'))
  await chat.ask('Go on')
  await expect(chat.answers).toContainText('Going on')
  await chat.composer.press('Escape')
  await expect(chat.answers).toContainText('Stopped')
})

test('a failure of the provider is named, and the answer can be tried again', async ({ chat, provider }) => {
  provider.next(refuse('key'))
  await chat.ask('Hello')
  await expect(chat.answers).toContainText(/key/i)
  await chat.finished()
  provider.next(say('Now it works.'))
  await chat.answers.getByRole('button', { name: 'Try again' }).click()
  await expect(chat.answers).toContainText('Now it works.')
})
