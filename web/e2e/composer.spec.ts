import { expectNoViolation } from './support/axe'
import { Chat } from './support/chat'
import { expect, test } from './support/fixtures'
import { hold, say } from './support/scripted-provider'

test('drafts survive a reload, each in its place', async ({ page, chat }) => {
  await chat.askAndWait('echo one', 'one')
  const session = page.url()
  await chat.composer.fill('draft of the session')
  await page.getByRole('button', { name: 'New chat' }).click()
  await expect(chat.composer).toHaveValue('')
  await chat.composer.fill('draft of a new chat')

  await page.reload()
  await expect(chat.composer).toHaveValue('draft of a new chat')
  await page.goto(session)
  await expect(chat.composer).toHaveValue('draft of the session')
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('')
  await page.reload()
  await expect(chat.composer).toHaveValue('')
})

test('the field grows with its text, and Shift+Enter makes a line', async ({ chat }) => {
  const height = async () => (await chat.composer.boundingBox())?.height ?? 0
  const before = await height()
  for (const line of ['one', 'two', 'three', 'four']) {
    await chat.composer.pressSequentially(line)
    await chat.composer.press('Shift+Enter')
  }
  expect(await height()).toBeGreaterThan(before + 60)
  await chat.composer.press('Enter')
  await expect(chat.questions).toContainText('four')
})

test('a message over the limit is refused in words before it is sent', async ({ page, chat }) => {
  await chat.composer.fill('a'.repeat(1_000_001))
  await expect(page.getByRole('status').filter({ hasText: 'over the limit of 1 MB' })).toBeVisible()
  await expect(chat.send).toBeDisabled()
  await expect(chat.send).toHaveAccessibleDescription('The message is too long')
  await chat.composer.press('Enter')
  await expect(chat.composer, 'it is still there, unsent').not.toHaveValue('')
  await expect(page).toHaveURL(/\/$/)
})

test.describe('with several models', () => {
  test.use({ scripted: true, models: ['scripted-1', 'scripted-2'] })

  test('the chosen model answers, in a new chat and in a session', async ({ page, chat, provider }) => {
    const choose = async (now: string, wanted: string) => {
      await page.getByRole('button', { name: `Model: ${now}` }).click()
      await page.getByRole('option', { name: wanted }).click()
      await expect(page.getByRole('button', { name: `Model: ${wanted}` })).toBeVisible()
    }
    await choose('scripted-1', 'scripted-2')
    await chat.askAndWait('First', 'Understood.')
    expect(provider.asked.at(-1)?.model).toBe('scripted-2')
    await chat.askAndWait('Second', 'Understood.')
    await expect.poll(() => provider.asked.length).toBe(2)
    expect(provider.asked.at(-1)?.model, 'the session keeps the choice').toBe('scripted-2')

    await choose('scripted-2', 'scripted-1')
    await page.reload()
    await expect(page.getByRole('button', { name: 'Model: scripted-1' })).toBeVisible()
    await chat.askAndWait('Third', 'Understood.')
    await expect.poll(() => provider.asked.length).toBe(3)
    expect(provider.asked.at(-1)?.model).toBe('scripted-1')
  })
})

test.describe('with a model that tells what it was asked', () => {
  test.use({ scripted: true, models: ['scripted-1', 'scripted-2'] })

  test('a mentioned session is quoted to the model, leads there, and is refused once it is gone', async ({
    page,
    chat,
    cowork,
    guard,
    provider,
  }) => {
    provider.next(say('In May.'))
    await chat.askAndWait('When do we ship?', 'In May.')
    const plan = page.url()
    await page.getByRole('button', { name: 'New chat' }).click()

    const offered = page.getByRole('listbox')
    await chat.composer.pressSequentially('Is @when')
    await expect(offered.getByRole('option')).toHaveText([/When do we ship\?/])
    await expectNoViolation(page, 'naming a session')
    await chat.composer.press('Enter')
    await expect(offered).toBeHidden()
    await chat.composer.pressSequentially('right?')
    await chat.composer.press('Enter')
    await expect(chat.answers).toBeVisible()
    await chat.finished()
    const asked = JSON.stringify(provider.asked.at(-1))
    expect(asked).toContain('Quoted from another conversation')
    expect(asked).toContain('In May.')

    await page.reload()
    const mention = chat.questions.getByRole('link', { name: '@When do we ship?' })
    await expect(chat.questions).toContainText('Is @When do we ship? right?')
    await expect(chat.questions).toContainText('When do we ship.md')
    await mention.click()
    await expect(page).toHaveURL(plan)
    await expect(chat.answers).toContainText('In May.')

    // By a command that takes a name, too.
    await chat.composer.pressSequentially('/models scripted')
    await expect(offered.getByRole('option')).toHaveCount(2)
    await chat.composer.press('ArrowDown')
    await chat.composer.press('Enter')
    await expect(page.getByRole('button', { name: 'Model: scripted-2' })).toBeVisible()

    await page.getByRole('button', { name: 'New chat' }).click()
    await chat.composer.pressSequentially('@ship')
    await chat.composer.press('Tab')
    const id = new URL(plan).pathname.split('/').at(-1)
    await cowork.api('DELETE', `/api/sessions/${id}`)
    guard.expectRefusal(/\/chat$/)
    await chat.composer.press('Enter')
    await expect(chat.thread.getByRole('alert')).toContainText('is deleted. Restore it')
    await expect(chat.questions, 'it is still there').toContainText('@When do we ship?')
  })
})

test.describe('a slow start', () => {
  test.use({ scripted: true })

  test('Enter pressed several times starts one session with one message', async ({
    page,
    chat,
    provider,
  }) => {
    provider.next(say('Once'), hold('never'))
    await chat.composer.fill('Only once')
    await chat.composer.press('Enter')
    await chat.composer.press('Enter')
    await expect(chat.answers).toContainText('Once')
    await expect(chat.questions).toHaveCount(1)
    const other = new Chat(page)
    await expect(other.sessions.getByRole('link')).toHaveCount(1)
    expect(provider.asked).toHaveLength(1)
  })
})
