import { expectNoViolation } from './support/axe'
import { Chat } from './support/chat'
import { expect, type Page, test } from './support/fixtures'
import { GOOD_KEY, type ScriptedProvider, say } from './support/scripted-provider'

test.use({ models: ['alpha', 'beta', 'org/gamma'], key: GOOD_KEY })

/** Adds the service in the dialog on the providers' page. */
async function add(page: Page, provider: ScriptedProvider, key: string, name: string) {
  await page.getByRole('button', { name: 'Add a provider' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a provider' })
  await dialog.getByLabel('Service').selectOption({ label: 'Any OpenAI-compatible server' })
  await dialog.getByLabel(/^Key/).fill(key)
  await dialog.getByLabel('Address').fill(provider.baseUrl)
  await dialog.getByLabel('Name (optional)').fill(name)
  await dialog.getByRole('button', { name: 'Add and test' }).click()
  return dialog
}

test('a new person gets from a key to a working conversation', { tag: '@smoke' }, async ({
  page,
  chat,
  provider,
}) => {
  await expect(page.getByRole('heading', { level: 1, name: 'Who should answer?' })).toBeVisible()
  for (const way of ['Paste a key', 'Use a model on this computer', 'Try the demo'])
    await expect(page.getByRole('heading', { name: way })).toBeVisible()
  expect(provider.paths, 'nothing is sent before the choice').toEqual([])

  const form = page.getByRole('region', { name: 'Paste a key' })
  await form.getByLabel('Key', { exact: true }).fill('sk-ant-api03-x')
  await expect(form.getByLabel('Service')).toHaveValue('anthropic')
  await expect(form.getByText('Only Anthropic’s keys begin like this')).toBeVisible()

  await form.getByLabel('Service').selectOption({ label: 'Any OpenAI-compatible server' })
  await form.getByLabel(/^Key/).fill('a-key-that-is-wrong')
  await form.getByLabel('Address').fill(provider.baseUrl)
  await form.getByRole('button', { name: 'Use this key' }).click()
  await expect(form.getByRole('alert')).toContainText('did not accept the API key')
  await expect(form.getByRole('alert')).toContainText('try again')
  await expect(form.getByLabel(/^Key/)).toBeFocused()

  await form.getByLabel(/^Key/).fill(GOOD_KEY)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'What shall we work on?' })).toBeVisible()
  await expect(chat.composer).toBeFocused()
  provider.next(say('Here I am.'))
  await chat.askAndWait('Who is there?', 'Here I am.')
  await page.reload()
  await expect(chat.answers).toContainText('Here I am.')
})

test('who has talked to the demo is not asked again, and finds the way from there', async ({
  page,
  chat,
}) => {
  await chat.askAndWait('echo one', 'one')
  await page.getByRole('button', { name: 'New chat' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'What shall we work on?' })).toBeVisible()
  await page.getByRole('link', { name: 'Set up providers' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Providers' })).toBeVisible()
})

test('several keys are pasted at once, told apart, and taken out one by one', async ({
  page,
  chat,
  cowork,
  provider,
}) => {
  await expect(chat.composer).toBeVisible()
  await page.goto(`${cowork.url}/settings/providers`)
  await add(page, provider, `wrong-key-1234567890wxyz\n${GOOD_KEY}`, 'work')
  const row = page.getByRole('listitem', { name: 'work' })
  const keys = row.getByRole('list', { name: 'Keys of work' })
  await expect(row).toContainText('2 keys, kept here, encrypted')
  await expect(keys.getByRole('listitem')).toHaveText([/••••wxyz\s*Refused/, /••••abcd\s*In use/])
  await expectNoViolation(page, 'several keys')

  await row.getByRole('button', { name: 'Change the keys of work' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change the keys of work' })
  await dialog.getByRole('radio', { name: 'Add', exact: true }).click()
  await dialog.getByLabel('New key').fill('third-key-000000005555')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(keys.getByRole('listitem')).toHaveCount(3)
  await keys.getByRole('button', { name: 'Remove the key ••••wxyz' }).click()
  await expect(keys.getByRole('listitem')).toHaveCount(2)
  await keys.getByRole('button', { name: 'Remove the key ••••5555' }).click()
  await expect(row).toContainText('ends in abcd, kept here, encrypted')
  await page.reload()
  await expect(row).toContainText('ends in abcd, kept here, encrypted')
  await expect(page.locator('body')).not.toContainText('wrong-key')
})

test('address, name and models are edited; the key does not go along, and says so before', async ({
  page,
  chat,
  cowork,
  provider,
}) => {
  await expect(chat.composer).toBeVisible()
  await page.goto(`${cowork.url}/settings/providers`)
  await add(page, provider, GOOD_KEY, 'work')
  const row = page.getByRole('listitem', { name: 'work' })
  await expect(row).toContainText('ends in abcd')
  await row.getByRole('button', { name: 'More for work' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit work' })
  await dialog.getByLabel('Name').fill('The work box')
  await dialog.getByLabel('Models', { exact: true }).fill('beta\nalpha')
  await expect(dialog.getByText('The key was given to the old address')).toBeHidden()
  const other = provider.baseUrl.replace('127.0.0.1', 'localhost')
  await dialog.getByLabel('Address').fill(other)
  await expect(dialog.getByText('The key was given to the old address')).toBeVisible()
  await expectNoViolation(page, 'edit')
  await dialog.getByLabel(/^Key of the new address/).fill(GOOD_KEY)
  await dialog.getByRole('button', { name: 'Save and test' }).click()
  await expect(dialog).toBeHidden()
  const named = page.getByRole('listitem', { name: 'The work box' })
  await expect(named).toContainText(other)
  await expect(named).toContainText('beta, alpha')
  await expect(named.getByText('Answers', { exact: true })).toBeVisible()
  await page.reload()
  await expect(named).toContainText(other)
})

test('a provider is added, tested, gets another key and is removed', async ({ page, chat, provider }) => {
  await expect(chat.composer).toBeVisible()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Providers' }).click()
  await expect(page).toHaveURL(/\/settings\/providers$/)

  const dialog = await add(page, provider, 'wrong-key-1234567890wxyz', 'work')
  await expect(dialog.getByRole('alert')).toContainText('did not accept the API key')
  await dialog.getByRole('button', { name: 'Add it anyway' }).click()
  await expect(dialog).toBeHidden()
  const row = page.getByRole('listitem', { name: 'work' })
  await expect(row).toContainText('ends in wxyz, kept here, encrypted')
  await expect(page.locator('body')).not.toContainText('wrong-key')

  await row.getByRole('button', { name: 'Test work' }).click()
  await expect(row.getByText('Fails')).toBeVisible()
  await row.getByRole('button', { name: 'Change the keys of work' }).click()
  await page.getByLabel('New key').fill(GOOD_KEY)
  await page.getByRole('button', { name: 'Save and test' }).click()
  await expect(row.getByText('Answers', { exact: true })).toBeVisible()
  await expect(row).toContainText('3 models')
  await expect(row).toContainText('ends in abcd')

  await page.reload()
  await expect(row).toContainText('ends in abcd')
  await row.getByRole('button', { name: 'More for work' }).click()
  await page.getByRole('menuitem', { name: 'Remove the provider' }).click()
  const question = page.getByRole('alertdialog', { name: 'Remove work?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(row).toBeVisible()
  await row.getByRole('button', { name: 'More for work' }).click()
  await page.getByRole('menuitem', { name: 'Remove the provider' }).click()
  await question.getByRole('button', { name: 'Remove the provider' }).click()
  await expect(row).toBeHidden()
  await page.reload()
  await expect(page.getByText('None yet.')).toBeVisible()
})

test('a key that was wrong from the outset is replaced before the first message goes out', async ({
  page,
  cowork,
  guard,
  provider,
}) => {
  const { kind, baseUrl } = provider
  await cowork.api('POST', '/api/providers', { id: 'work', kind, baseUrl, key: 'wrong-key-1234567890wxyz' })
  const chat = new Chat(page)
  await chat.signIn(await cowork.freshLink())
  guard.expectRefusal(/\/chat$/)
  await chat.ask('Hello')
  const question = chat.questions.last()
  await expect(question).toContainText('Not sent')
  await expect(question).toContainText('did not accept the API key')
  await question.getByRole('link', { name: 'Check the provider' }).click()

  await page.getByRole('button', { name: 'Change the keys of work' }).click()
  await page.getByLabel('New key').fill(GOOD_KEY)
  await page.getByRole('button', { name: 'Save and test' }).click()
  await expect(
    page.getByRole('listitem', { name: 'work' }).getByText('Answers', { exact: true }),
  ).toBeVisible()
  await page.goBack()
  await question.getByRole('button', { name: 'Retry' }).click()
  await expect(chat.answers).toContainText('Understood.')
})

test('what can’t be is said next to its field', async ({ page, cowork, chat, guard, provider }) => {
  guard.expectRefusal(/\/api\/providers$/)
  await expect(chat.composer).toBeVisible()
  await page.goto(`${cowork.url}/settings/providers`)
  const dialog = await add(page, provider, GOOD_KEY, 'demo')
  await expect(dialog.getByLabel('Name (optional)')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Name (optional)').fill('work')
  await dialog.getByLabel('Address').fill('nowhere')
  await dialog.getByRole('button', { name: 'Add and test' }).click()
  await expect(dialog.getByText('An address begins with http:// or https://')).toBeVisible()
  expect(provider.paths).toEqual([])
})

test('the order of the stand-ins and the name switch survive a reload', async ({
  page,
  cowork,
  chat,
  provider,
}) => {
  await expect(chat.composer).toBeVisible()
  await page.goto(`${cowork.url}/settings/providers`)
  await expect(await add(page, provider, GOOD_KEY, 'work')).toBeHidden()

  const standIns = page.getByRole('list', { name: 'Stand-ins' })
  for (const model of ['alpha', 'beta', 'org/gamma']) {
    await page.getByRole('button', { name: 'Add a stand-in' }).click()
    await expect(page.getByRole('menuitemradio', { name: /demo/i })).toHaveCount(0)
    await page.getByRole('menuitemradio', { name: model, exact: true }).click()
  }
  await page.getByRole('button', { name: 'Move work/org/gamma up' }).click()
  await page.getByRole('button', { name: 'Move work/alpha down' }).focus()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(page.getByText('work/alpha is number 2 of 3 now.')).toBeAttached()
  await page.getByRole('button', { name: 'Take work/beta out' }).click()
  await page.getByRole('button', { name: /^Default model: / }).click()
  await page.getByRole('menuitemradio', { name: 'beta', exact: true }).click()
  const order = ['work/org/gamma', 'work/alpha']
  await expect(standIns.getByRole('listitem')).toHaveText(order.map((name) => new RegExp(name)))
  await expect
    .poll(async () => (await (await cowork.api('GET', '/api/settings')).json()) as object)
    .toMatchObject({ fallback: order, defaultModelId: 'beta' })

  await page.reload()
  await expect(standIns.getByRole('listitem')).toHaveText(order.map((name) => new RegExp(name)))
  await expect(page.getByRole('button', { name: 'Default model: beta · work. Change' })).toBeVisible()
})

test.describe('with a file that sets it', () => {
  test.use({ scripted: true })

  test('a provider of the file says where it comes from and can’t be changed', async ({
    page,
    cowork,
    chat,
  }) => {
    await expect(chat.composer).toBeVisible()
    await page.goto(`${cowork.url}/settings/providers`)
    const row = page.getByRole('listitem', { name: 'scripted' })
    await expect(row).toContainText('in cowork.toml. To change it, edit the file and restart Cowork.')
    await expect(row.getByRole('button', { name: 'More for scripted' })).toHaveCount(0)
    await expect(page.getByText('Set in cowork.toml.')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Default model/ })).toHaveCount(0)
  })
})

test.describe('in both themes', () => {
  test.use({ reducedMotion: 'reduce' })

  test('no axe violation where providers are set up', async ({ page, cowork, chat, provider }) => {
    test.setTimeout(120_000)
    await expect(chat.composer).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Who should answer?' })).toBeVisible()
    await expectNoViolation(page, 'first run')
    await page.goto(`${cowork.url}/settings/providers`)
    const dialog = await add(page, provider, 'wrong', 'work')
    await expect(dialog.getByRole('alert')).toBeVisible()
    await expectNoViolation(page, 'adding')
    await dialog.getByLabel(/^Key/).fill(GOOD_KEY)
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await page.getByRole('button', { name: 'Add a stand-in' }).click()
    await page.getByRole('menuitemradio', { name: 'alpha', exact: true }).click()
    await expectNoViolation(page, 'providers')
  })
})
