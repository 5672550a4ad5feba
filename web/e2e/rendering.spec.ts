/** What an answer looks like with everything in it, and what can be taken along from it. */
import { expectNoViolation } from './support/axe'
import type { Chat } from './support/chat'
import { expect, test } from './support/fixtures'
import { longSession } from './support/long-session'
import { hold, type ScriptedProvider, say } from './support/scripted-provider'

test.use({ scripted: true, permissions: ['clipboard-read', 'clipboard-write'] })

const CODE = Array.from({ length: 60 }, (_, line) => `const line${line + 1} = ${line + 1}`).join('\n')

const EVERYTHING = `# Everything

Prose with **bold**, *soft*, ~~gone~~, \`code\`, a [link](https://example.org/docs), <https://example.org>, a
note[^why] and $e^{i\\pi} + 1 = 0$ for $5.

- [x] done
- [ ] to do
  1. nested

> A quote
> > in a quote

| left | right |
| :--- | ----: |
| a **bold** cell with a rather long text that has to scroll on a narrow screen | 2 |

$$
\\int_0^1 x^2\\,dx
$$

\`\`\`ts
${CODE}
\`\`\`

![A picture](https://pictures.example/p.png)

<b onclick="alert(1)">tags are text</b> and \`hidden\u202etext\`

\`\`\`python
print("last")
\`\`\`

[^why]: Because of **this**.

The end.`

/** The answer is long enough to push the question out of the list: it comes once the question was seen. */
async function askForEverything(chat: Chat, provider: ScriptedProvider): Promise<void> {
  provider.next(hold('asked'), say(EVERYTHING))
  await chat.ask('Show me everything')
  provider.release('asked')
  await expect(chat.answers.last()).toContainText('The end.')
  await chat.finished()
}

test('an answer with everything is accessible, in light and dark and on a narrow screen', async ({
  chat,
  page,
  provider,
}) => {
  await askForEverything(chat, provider)
  await page.reload()
  const answer = chat.answers.last()
  await expect(answer.getByRole('link', { name: 'link (example.org)' })).toBeVisible()
  await expect(answer.getByRole('link', { name: /A picture \(pictures\.example\)/ })).toBeVisible()
  await expect(answer.getByRole('button', { name: 'Show all 60 lines' })).toBeVisible()
  await expect(answer.locator('math')).toHaveCount(2)
  await expectNoViolation(page, 'everything')
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoViolation(page, 'everything, narrow')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ media: 'print' })
  await expect(chat.composer).toBeHidden()
  await expect(chat.sessions).toBeHidden()
  await expect(answer.getByText('Because of this.')).toBeVisible()
})

test('answers and code are copied by keys and from the menu; how code shows is remembered', async ({
  chat,
  page,
  provider,
}) => {
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await askForEverything(chat, provider)

  await page.keyboard.press('ControlOrMeta+Shift+C')
  await expect.poll(clipboard).toBe(EVERYTHING)
  await page.keyboard.press('ControlOrMeta+Shift+:')
  await expect.poll(clipboard).toBe('print("last")')

  const answer = chat.answers.last()
  await chat.tool(answer, 'Copy in another form')
  await page.getByRole('menuitem', { name: 'Copy as plain text' }).click()
  await expect.poll(clipboard).toMatch(/^Everything\n\nProse with bold, soft, gone, code, a link \(https:/)

  await answer.getByRole('button', { name: 'Wrap long lines' }).first().click()
  await page.reload()
  await expect(answer.getByRole('button', { name: 'Wrap long lines' }).first()).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await answer.getByRole('button', { name: 'Show all 60 lines' }).click()
  await expect(answer.getByText('line60')).toBeVisible()
})

test('all of a conversation is on paper, loaded or not, and the screen goes on as before', async ({
  page,
  chat,
  cowork,
}) => {
  await page.goto(`${cowork.url}/s/${await longSession(cowork, 250)}`)
  await expect(chat.thread.getByText('Message 249 of many.')).toBeVisible()
  const there = chat.thread.getByRole('article')
  const before = await there.count()
  expect(before).toBeLessThan(100)
  // As a browser does it, but for the dialog that no test can answer.
  const printed = page.evaluate(
    () =>
      new Promise<number>((done) => {
        window.print = () => {
          window.dispatchEvent(new Event('beforeprint'))
          done(document.querySelectorAll('[data-message]').length)
          window.dispatchEvent(new Event('afterprint'))
        }
      }),
  )
  await chat.composer.fill('/print')
  await chat.composer.press('Enter')
  expect(await printed).toBe(250)
  await expect.poll(() => there.count()).toBeLessThan(100)
  await expect(chat.thread.getByText('Message 249 of many.')).toBeInViewport()
})
