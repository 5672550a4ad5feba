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
  const notice = page.getByRole('dialog').filter({ hasText: 'Now hidden: 2 messages of the other branch' })
  await notice.getByRole('button', { name: 'Undo' }).click()
  await expect(chat.answers).toContainText('About dogs.')
  await expect(notice).toBeHidden()

  await test.step('the map leads there too, by keys alone', async () => {
    await page.keyboard.press('Control+Shift+L')
    const map = page.getByRole('tree', { name: 'Map of the branches' })
    await expect(map.getByRole('treeitem')).toHaveCount(4)
    await expect(map.getByRole('treeitem', { selected: true })).toContainText('About dogs.')
    await expect(map).toBeFocused()
    await map.press('Home')
    await expect(map.getByRole('treeitem', { selected: true })).toContainText('Tell me about cats')
    await map.press('ArrowDown')
    await map.press('Enter')
    await expect(map).toBeHidden()
    await expect(chat.answers).toContainText('About cats.')
    await expect(chat.answers.first()).toBeFocused()
    await expect(notice).toBeVisible()
  })

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

test('an edit in place keeps the text before it, and quotes go into the draft', async ({
  page,
  chat,
  provider,
}) => {
  provider.next(say('Use `x`:\n\n```js\nif (x) {\n  y()\n}\n```\n\nThat is all.'))
  await chat.askAndWait('First words', 'That is all.')
  for (const text of ['Second words', 'Third words']) {
    await chat.tool(chat.questions.first(), 'Edit')
    await page.getByRole('textbox', { name: 'Edit the message' }).fill(text)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(chat.questions).toContainText(text)
  }

  await page.reload()
  await chat.questions.getByRole('button', { name: 'Edited: show the earlier texts' }).click()
  const texts = page.getByRole('dialog', { name: 'Earlier texts' })
  await expect(texts.getByRole('listitem')).toHaveText([/Second words/, /First words/])
  await texts
    .getByRole('listitem')
    .last()
    .getByRole('button', { name: /Restore this text/ })
    .click()
  await expect(texts).toBeHidden()
  await expect(chat.questions).toContainText('First words')

  // What is selected in the rendered text, by mouse: code keeps its lines.
  await chat.composer.fill('My draft')
  const code = await chat.answers.getByText('if (x)').boundingBox()
  const end = await chat.answers.getByText('That is all.').boundingBox()
  if (!code || !end) throw new Error('the answer is not shown')
  await page.mouse.move(code.x + 1, code.y + 4)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width, end.y + end.height / 2, { steps: 5 })
  await page.mouse.up()
  await page.locator('.quote-button').click()
  const quote = 'My draft\n\n> ```\n> if (x) {\n>   y()\n> }\n> ```\n>\n> That is all.\n\n'
  await expect(chat.composer).toHaveValue(quote)
  await expect(chat.composer).toBeFocused()

  // The whole message, by the keys.
  await chat.questions.first().focus()
  await page.keyboard.press('Control+Shift+>')
  await expect(chat.composer).toHaveValue(`${quote}> First words\n\n`)
  await page.keyboard.type('Why?')
  await page.reload()
  await expect(chat.composer).toHaveValue(`${quote}> First words\n\nWhy?`)
  provider.next(say('Because.'))
  await chat.composer.press('Enter')
  await expect(chat.questions.last().getByRole('blockquote').last()).toContainText('First words')
})
