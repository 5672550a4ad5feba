/** What a person meets with any service, on each of the wires: the page shows no difference. */
import type { Locator, Page } from '@playwright/test'
import { Chat } from './support/chat'
import type { Cowork } from './support/cowork'
import { expect, test } from './support/fixtures'
import {
  COUNT,
  cut,
  GOOD_KEY,
  hold,
  refuse,
  type ScriptedProvider,
  say,
  think,
} from './support/scripted-provider'
import { type Kind, WIRES } from './support/wires'

const KINDS = Object.keys(WIRES) as Kind[]

/** How the service is called in the form, and how its answers are marked. */
const FORM: Record<Kind, { service: string; id: string }> = {
  'openai-compatible': { service: 'Any OpenAI-compatible server', id: 'local' },
  'openai-responses': { service: 'Any server with the Responses API', id: 'local' },
  anthropic: { service: 'Anthropic', id: 'anthropic' },
  gemini: { service: 'Google Gemini', id: 'gemini' },
  ollama: { service: 'Ollama', id: 'ollama' },
}

for (const [place, kind] of KINDS.entries()) {
  test.describe(kind, () => {
    test.use({ wire: kind })

    test.describe('first run', () => {
      test.use(kind === 'ollama' ? {} : { key: GOOD_KEY })

      test('by an address and a key to an answer', async ({ page, chat, provider }) => {
        await expect(page.getByRole('heading', { level: 1, name: 'Who should answer?' })).toBeVisible()
        if (kind === 'ollama') await setUpByAddress(page, provider)
        else await setUpByKey(page, provider)
        await expect(page.getByRole('heading', { level: 1, name: 'What shall we work on?' })).toBeVisible()
        await expect(chat.composer).toBeFocused()

        provider.next(think('Let me see who it is.'), say('Here I am, as asked.'))
        await chat.askAndWait('Who is there?', 'Here I am, as asked.')
        expect(provider.asked.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: 'Who is there?' })
        await page.reload()
        await expect(chat.answers).toContainText('Here I am, as asked.')
        await expect(chat.answers).toContainText(`${FORM[kind].id} · scripted-1`)
        await chat.answers.getByRole('button', { name: 'Reasoning' }).click()
        await expect(chat.answers).toContainText('Let me see who it is.')
        await expectCounts(await details(page, chat.answers), WIRES[kind].countsReasoning)
      })
    })

    test.describe('with a stand-in', () => {
      // Each wire stands in for the one before it.
      test.use({
        scripted: true,
        models: ['large'],
        second: ['small'],
        secondWire: KINDS[(place + 1) % KINDS.length] as Kind,
      })

      test('a service that is overloaded is stood in for', async ({ page, chat, provider, standIn }) => {
        for (let call = 0; call < 3; call += 1) provider.next(refuse('busy'))
        standIn.next(say('I stand in.'))
        await chat.askAndWait('Hello', 'I stand in.')
        const told = async () => {
          await expect(chat.answers).toContainText('large of scripted did not answer (it is overloaded)')
          await expect(chat.answers).toContainText('small of second answered instead')
          await expect(chat.answers).toContainText('second · small')
        }
        await told()
        await page.reload()
        await told()
        const panel = await details(page, chat.answers)
        await expect(panel).toContainText('scripted · large')
        await expect(panel.getByRole('listitem')).toHaveCount(4)
        await expect(panel.getByRole('listitem').last()).toContainText('Answered')
        expect([provider.asked.length, standIn.asked.length]).toEqual([3, 1])
      })
    })

    test.describe('with one service', () => {
      test.use({ scripted: true })

      test('a wait that it names counts down, and can be stopped', async ({ chat, provider }) => {
        provider.next(refuse('limit', 20))
        await chat.ask('Hello')
        await expect(chat.answers).toContainText(/Too many requests\. Trying again in (1\d|2[0-2]) s/)
        await chat.answers.getByRole('button', { name: 'Stop', exact: true }).click()
        await expect(chat.answers).toContainText('Stopped')
        await chat.finished()
        expect(provider.asked).toHaveLength(1)
      })

      test('after the wait that it names it is asked again', async ({ chat, provider }) => {
        provider.next(refuse('limit', 1))
        provider.next(say('Through at last.'))
        await chat.ask('Hello')
        await expect(chat.answers).toContainText(/Too many requests\. Trying again/)
        await expect(chat.answers).toContainText('Through at last.')
        await chat.finished()
        await expect(chat.answers).not.toContainText('Too many requests')
        expect(provider.asked).toHaveLength(2)
      })

      test('an answer that breaks off is kept and goes on', async ({ chat, provider }) => {
        provider.next(say('It was a dark'), hold('read'), cut())
        provider.next(say(' and stormy night.'))
        await chat.ask('Tell me a story')
        await expect(chat.answers).toContainText('It was a dark')
        provider.release('read')
        await expect(chat.answers).toContainText('The answer broke off')
        await chat.answers.getByRole('button', { name: 'Continue', exact: true }).click()
        await expect(chat.answers).toContainText('It was a dark and stormy night.')
        await chat.finished()
      })
    })

    test.describe('with a key', () => {
      test.use({ key: GOOD_KEY })

      test('a key that is refused is replaced, and the answer comes', async ({ page, cowork, provider }) => {
        await addByCommand(cowork, provider)
        const chat = new Chat(page)
        await chat.signIn(await cowork.freshLink())
        await chat.askAndWait('Hello', 'Understood.')
        provider.key = 'new-key-1234567890wxyz'

        await chat.ask('Hello again')
        await chat.finished()
        const failed = chat.answers.last()
        await expect(failed).toContainText('Key not accepted')
        await expect(failed).toContainText('The provider "work" did not accept the API key.')
        await failed.getByRole('link', { name: 'Check the key' }).click()
        const row = page.getByRole('listitem', { name: 'work' })
        await row.getByRole('button', { name: 'Change the keys of work' }).click()
        await page.getByLabel('New key').fill(provider.key)
        await page.getByRole('button', { name: 'Save and test' }).click()
        await expect(row.getByText('Answers', { exact: true })).toBeVisible()
        await page.goBack()
        await failed.getByRole('button', { name: 'Try again' }).click()
        await expect(chat.answers.last()).toContainText('Understood.')
        await chat.finished()
        await expect(chat.thread).not.toContainText('Key not accepted')
      })
    })
  })
}

/** The way for who has a key; services with an address of their own are asked for another one only on demand. */
async function setUpByKey(page: Page, provider: ScriptedProvider): Promise<void> {
  const form = page.getByRole('region', { name: 'Paste a key' })
  await form.getByLabel(/^Key/).fill(GOOD_KEY)
  await form.getByLabel('Service').selectOption({ label: FORM[provider.kind].service })
  const elsewhere = form.getByRole('button', { name: 'At another address' })
  if (await elsewhere.isVisible()) {
    await elsewhere.click()
    await expect(form.getByLabel('Address')).toBeFocused()
  }
  await form.getByLabel('Address').fill(provider.baseUrl)
  await form.getByRole('button', { name: 'Use this key' }).click()
}

/** The way for who runs a server that Cowork did not find by itself. */
async function setUpByAddress(page: Page, provider: ScriptedProvider): Promise<void> {
  const way = page.getByRole('region', { name: 'Use a model on this computer' })
  await way.getByRole('button', { name: 'Give an address' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a provider' })
  await dialog.getByLabel('Service').selectOption({ label: FORM[provider.kind].service })
  await dialog.getByLabel('Address').fill(provider.baseUrl)
  await dialog.getByRole('button', { name: 'Add and test' }).click()
}

async function addByCommand(cowork: Cowork, { kind, baseUrl, key }: ScriptedProvider): Promise<void> {
  await cowork.api('POST', '/api/providers', { id: 'work', kind, baseUrl, key })
}

async function details(page: Page, answer: Locator): Promise<Locator> {
  await answer.hover()
  await answer.getByRole('button', { name: 'Details', exact: true }).click()
  return page.getByRole('dialog', { name: 'Details of this answer' })
}

async function expectCounts(panel: Locator, reasoning: boolean): Promise<void> {
  await expect(panel).toContainText(new RegExp(`Input tokens\\s*${COUNT.input}(?!\\d)`))
  await expect(panel).toContainText(new RegExp(`Output tokens\\s*${COUNT.output}(?!\\d)`))
  if (reasoning)
    await expect(panel).toContainText(new RegExp(`of which reasoning\\s*${COUNT.reasoning}(?!\\d)`))
}
