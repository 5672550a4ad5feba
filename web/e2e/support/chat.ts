/** The page as a person uses it: in roles and names, so that a test also shows that they are there. */
import { expect, type Locator, type Page } from '@playwright/test'

export class Chat {
  readonly composer: Locator
  readonly send: Locator
  readonly queue: Locator
  readonly stop: Locator
  readonly thread: Locator
  readonly sessions: Locator

  constructor(readonly page: Page) {
    this.composer = page.getByRole('textbox', { name: 'Message', exact: true })
    this.send = page.getByRole('button', { name: 'Send', exact: true })
    this.queue = page.getByRole('button', { name: 'Queue', exact: true })
    // An answer that waits for its next call has one of its own, before the composer's.
    this.stop = page.getByRole('button', { name: 'Stop', exact: true }).last()
    this.thread = page.getByRole('log', { name: 'Conversation' })
    this.sessions = page.getByRole('navigation', { name: 'Sessions' })
  }

  /** The person's messages, oldest first. */
  get questions(): Locator {
    return this.thread.getByRole('article', { name: /^You/ })
  }

  /** The answers, oldest first. */
  get answers(): Locator {
    return this.thread.getByRole('article', { name: /^Cowork/ })
  }

  async signIn(link: string): Promise<void> {
    await this.page.goto(link)
    await expect(this.composer).toBeVisible()
  }

  /** Writes and sends, and waits until the message stands in the thread. */
  async ask(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
    await expect(this.questions.last()).toContainText(text)
  }

  /** Sends and waits for the end of the answer. */
  async askAndWait(text: string, answer: string | RegExp): Promise<void> {
    await this.ask(text)
    await expect(this.answers.last()).toContainText(answer)
    await this.finished()
  }

  /** Nothing runs any more. */
  async finished(): Promise<void> {
    await expect(this.stop).toBeHidden()
    await expect(this.send).toBeVisible()
  }

  /** A session in the list by its title. */
  session(title: string): Locator {
    return this.sessions.getByRole('link', { name: title, exact: true })
  }

  /** A tool of a message; the tools show on hover. */
  async tool(message: Locator, name: string): Promise<void> {
    await message.hover()
    await message.getByRole('button', { name, exact: true }).click()
  }
}
