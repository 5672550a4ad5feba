import { expect, test } from './support/fixtures'
import { hold, refuse, say } from './support/scripted-provider'

/** About 480 tokens that begin with this word. */
const long = (word: string) => `${word} ${'word '.repeat(384)}`.trim()

// 3,000 tokens beside an answer; an exchange takes about 970.
test.use({ scripted: true, window: 4_000 })

test('a long conversation goes on with a summary, which can be read and undone', async ({
  page,
  chat,
  provider,
}) => {
  for (const number of [1, 2, 3]) {
    provider.next(say(long(`Answer ${number}`)))
    await chat.askAndWait(long(`Question ${number}`), `Answer ${number}`)
  }
  provider.next(hold('the summary'), say('# Decisions\n\nThe boat is **blue**.'))
  provider.next(say('Here is the fourth.'))
  await chat.ask('Question 4 '.concat(long('again')))
  await expect(chat.answers.last()).toContainText('Compacting the conversation…')
  provider.release('the summary')
  await expect(chat.answers.last()).toContainText('Here is the fourth.')
  await chat.finished()
  const sent =
    provider.asked
      .at(-1)
      ?.messages.map(({ content }) => content)
      .join('\n') ?? ''
  expect(sent).toContain('The boat is **blue**.')
  expect(sent).not.toContain('Question 1')

  const entry = chat.thread.getByRole('region', { name: 'Summary of the messages above' })
  const shown = async () => {
    await chat.answers.last().focus()
    // Past the fourth exchange and the third, which stay as they were said.
    for (let row = 0; row < 4; row += 1) await page.keyboard.press('k')
    await expect(entry).toContainText(/Compacted: 4 messages above, about [\d,]+ → \d+ tokens/)
    await entry.getByRole('button', { name: 'Show summary' }).click()
    await expect(entry.getByRole('heading', { name: 'Decisions' })).toBeVisible()
    await expect(entry).toContainText('because the conversation no longer fit')
  }
  await shown()
  for (let row = 0; row < 3; row += 1) await page.keyboard.press('k')
  await expect(chat.questions.first()).toContainText('Question 1')
  await page.reload()
  await expect(chat.answers.last()).toContainText('Here is the fourth.')
  await shown()

  await entry.getByRole('button', { name: /^Undo/ }).click()
  await expect(entry).toBeHidden()
  await page.reload()
  await expect(chat.answers.last()).toContainText('Here is the fourth.')
  await expect(entry).toBeHidden()
})

test('by hand, from the details of the last answer; what is sent meanwhile waits', async ({
  page,
  chat,
  provider,
}) => {
  for (const number of [1, 2]) {
    provider.next(say(long(`Answer ${number}`)))
    await chat.askAndWait(long(`Question ${number}`), `Answer ${number}`)
  }
  const compact = async () => {
    await chat.tool(chat.answers.last(), 'Details')
    await page.getByRole('button', { name: 'Compact now' }).click()
  }
  provider.next(refuse('busy'))
  await compact()
  await expect(page.getByText(/was not compacted/)).toBeVisible()

  provider.next(hold('stopped'), say('Never read.'))
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Stop compacting' }).click()
  await expect(page.getByText('Compacting the conversation…')).toBeHidden()
  const entry = chat.thread.getByRole('region', { name: 'Summary of the messages above' })
  await expect(entry).toBeHidden()

  provider.next(hold('the summary'), say('They spoke of numbers.'))
  await compact()
  await expect(page.getByText('Compacting the conversation…')).toBeVisible()
  provider.next(say('Here is the third.'))
  await chat.ask('Question 3')
  provider.release('the summary')
  await expect(chat.answers.last()).toContainText('Here is the third.')
  expect(provider.asked.at(-1)?.messages[0]?.content).toContain('They spoke of numbers.')

  await chat.tool(chat.answers.last(), 'Details')
  const details = page.getByRole('dialog', { name: 'Details of this answer' })
  await expect(details).toContainText('The summary stands in for 2 messages.')
  await expect(details).toContainText('Summary')
})

test.describe('where it is off', () => {
  test.use({ compact: 'off' })

  test('what was left out is told above the answer', async ({ page, chat, provider }) => {
    for (const number of [1, 2, 3]) {
      provider.next(say(long(`Answer ${number}`)))
      await chat.askAndWait(long(`Question ${number}`), `Answer ${number}`)
    }
    provider.next(say('Here is the fourth.'))
    await chat.askAndWait(long('Question 4'), 'Here is the fourth.')
    await expect(chat.answers.last()).toContainText('2 earlier messages were left out')
    await page.reload()
    await expect(chat.answers.last()).toContainText('2 earlier messages were left out')
    expect(provider.asked).toHaveLength(4)

    await page.getByRole('button', { name: 'Settings' }).click()
    await expect(page.getByRole('switch', { name: 'Summarise long conversations' })).toBeDisabled()
  })
})
