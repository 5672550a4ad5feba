/**
 * What the tests stand on: a server, a scripted model service where it is asked for, and a guarded page.
 *
 *     test('...', async ({ chat, cowork }) => { await chat.ask('Hello') })
 *
 * `cowork` has the demo only; a test that takes `provider` has the scripted service as its default model.
 */
import { test as base, expect, type Page } from '@playwright/test'
import { Chat } from './chat'
import { Cowork, configOf } from './cowork'
import { Guard } from './guard'
import { ScriptedProvider } from './scripted-provider'
import type { Kind } from './wires'

interface Fixtures {
  /** Whether the default model is the scripted service; `test.use({ scripted: true })`. */
  scripted: boolean
  /** What the scripted service offers; the first is the default. */
  models: readonly string[]
  /** What a second scripted service offers, which stands in for the first; none: there is no second one. */
  second: readonly string[]
  /** The wire that the scripted service speaks, and the one of the second. */
  wire: Kind
  secondWire: Kind
  /** The key that the scripted service wants; none: it wants none. */
  key: string | undefined
  /** Tokens that the scripted service's models can hold. 0: it does not tell. */
  window: number
  /** What the file says of long conversations. Empty: nothing. */
  compact: '' | 'auto' | 'off'
  provider: ScriptedProvider
  standIn: ScriptedProvider
  cowork: Cowork
  guard: Guard
  /** The page, signed in, on a new chat. */
  chat: Chat
}

export const test = base.extend<Fixtures>({
  scripted: [false, { option: true }],
  models: [['scripted-1'], { option: true }],
  wire: ['openai-compatible', { option: true }],
  secondWire: ['openai-compatible', { option: true }],
  key: [undefined, { option: true }],
  window: [0, { option: true }],
  compact: ['', { option: true }],
  provider: async ({ models, wire, key, window }, use) => {
    const provider = await ScriptedProvider.start({ models, kind: wire, key, window })
    await use(provider)
    await provider.stop()
  },
  second: [[], { option: true }],
  standIn: async ({ second, secondWire }, use) => {
    const provider = await ScriptedProvider.start({ models: second, kind: secondWire })
    await use(provider)
    await provider.stop()
  },
  cowork: async ({ scripted, provider, standIn, second, compact }, use, testInfo) => {
    const services = {
      scripted: provider,
      ...(second.length > 0 ? { second: standIn } : {}),
    }
    const context = compact ? `\n[context]\ncompact = "${compact}"\n` : ''
    const cowork = await Cowork.start((scripted ? configOf(services) : '') + context)
    if (second.length > 0) {
      await cowork.api('PATCH', '/api/settings', { fallback: second.map((model) => `second/${model}`) })
    }
    await use(cowork)
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server output', { body: cowork.output, contentType: 'text/plain' })
    }
    await cowork.stop()
  },
  guard: [
    async ({ context, cowork }, use) => {
      const guard = await Guard.on(context, () => cowork.url)
      await use(guard)
      expect(guard.faults).toEqual([])
    },
    { auto: true },
  ],
  chat: async ({ page, cowork }, use) => {
    const chat = new Chat(page)
    await chat.signIn(await cowork.freshLink())
    await use(chat)
  },
})

export { expect, type Page }
