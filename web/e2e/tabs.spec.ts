import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'
import { setVisibility } from './support/guard'
import { hold, say } from './support/scripted-provider'

test.use({ scripted: true })

test('a second tab gets in without a link, and both show one conversation', async ({
  page,
  context,
  chat,
  provider,
}) => {
  provider.next(say('From the start'), hold('middle'), say(' to the end.'))
  await chat.ask('Hello')
  await expect(chat.answers).toContainText('From the start')

  const secondPage = await context.newPage()
  await secondPage.goto(page.url())
  const second = new Chat(secondPage)
  await expect(second.answers).toContainText('From the start')
  provider.release('middle')
  for (const tab of [chat, second]) {
    await expect(tab.answers.getByText('From the start to the end.', { exact: true })).toBeVisible()
    await tab.finished()
  }

  await second.askAndWait('From the second tab', 'Understood.')
  await expect(chat.questions).toHaveText([/Hello/, /From the second tab/])
  await expect(chat.answers).toHaveCount(2)
})

test('a hidden tab has no connection and catches up when it is shown', async ({ page, chat, cowork }) => {
  const streams = async () => {
    const health = (await (await cowork.api('GET', '/api/health')).json()) as { openStreams: number }
    return health.openStreams
  }
  await chat.askAndWait('First', 'Understood.')
  await expect.poll(streams).toBe(1)

  await setVisibility(page, 'hidden')
  await expect.poll(streams, { timeout: 20_000 }).toBe(0)
  const session = page.url().split('/').at(-1)
  await cowork.api('POST', `/api/sessions/${session}/chat`, { content: 'From elsewhere' })

  await setVisibility(page, 'visible')
  await expect(chat.questions).toHaveText([/First/, /From elsewhere/])
  await expect(chat.answers).toHaveCount(2)
  await expect.poll(streams).toBe(1)
})
