import { expect, it } from 'vitest'
import type { ProviderView } from '../../state'
import {
  asCommand,
  canSetKey,
  type Draft,
  faults,
  freeId,
  guess,
  isUnset,
  knownServices,
  needsKey,
  OTHER,
  OTHER_RESPONSES,
  serviceOf,
  wantsKey,
} from './services'

const services = knownServices(
  [
    {
      id: 'groq',
      name: 'Groq',
      kind: 'openai-compatible',
      baseUrl: 'https://api.groq.com/openai/v1',
      keyUrl: 'https://console.groq.com/keys',
      needsKey: true,
    },
    {
      id: 'lmstudio',
      name: 'LM Studio',
      kind: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:1234/v1',
      needsKey: false,
    },
  ],
  { compatible: 'Another server', responses: 'Another one' },
)
const named = (id: string) => services.find((service) => service.id === id)
const draft = (id: string, more: Partial<Draft> = {}): Draft => ({
  service: named(id),
  key: '',
  address: '',
  id: '',
  ...more,
})
const provider = (more: Partial<ProviderView>): ProviderView => ({
  id: 'work',
  kind: 'openai-compatible',
  models: [],
  source: 'app',
  locked: false,
  key: { present: false },
  ...more,
})

it.each([
  ['sk-ant-api03-abc', 'anthropic', true],
  [' sk-or-v1-abc', 'openrouter', true],
  ['sk-proj-abc', 'openai', true],
  ['sk-abc', 'openai', false],
  ['gsk_abc', 'groq', true],
  ['AIzaSyabc', 'gemini', true],
  ['xai-abc', 'xai', true],
])('%s is a key of %s', (key, id, certain) => {
  expect(guess(key)).toEqual({ id, certain })
})

it('says nothing of a key that it does not know', () => {
  expect(guess('')).toBeUndefined()
  expect(guess('abc-sk-ant-')).toBeUndefined()
  expect(guess('SK-ANT-abc')).toBeUndefined()
})

it('offers services with their own wire, those of the server, and any other', () => {
  expect(services.map(({ id }) => id)).toEqual([
    'openai',
    'anthropic',
    'gemini',
    'ollama',
    'groq',
    'lmstudio',
    OTHER,
    OTHER_RESPONSES,
  ])
})

it('asks for a key where the service wants one, for an address where there is none', () => {
  expect(faults(draft('anthropic'))).toEqual({ key: 'missing' })
  expect(faults(draft('ollama'))).toEqual({})
  expect(faults(draft(OTHER))).toEqual({ address: 'missing' })
  expect(faults(draft(OTHER, { address: 'example.org' }))).toEqual({ address: 'form' })
  expect(faults(draft(OTHER, { address: 'file:///etc' }))).toEqual({ address: 'form' })
  expect(faults(draft(OTHER, { address: 'https://example.org/v1', id: 'a b' }))).toEqual({ id: 'form' })
  expect(faults({ service: undefined, key: '', address: '', id: '' })).toEqual({
    service: 'missing',
    key: 'missing',
  })
})

it.each(['openai', 'anthropic', 'gemini', 'groq'])('%s can be at another address', (id) => {
  const elsewhere = draft(id, { address: ' https://gateway.example.org/v1 ' })
  expect(needsKey(draft(id))).toBe(true)
  expect(needsKey(elsewhere)).toBe(false)
  expect(faults(elsewhere)).toEqual({})
  expect(faults(draft(id, { key: 'k', address: 'gateway' }))).toEqual({ address: 'form' })
  expect(asCommand(elsewhere, [])).toMatchObject({ id, baseUrl: 'https://gateway.example.org/v1' })
})

it('any server may speak responses', () => {
  expect(faults(draft(OTHER_RESPONSES))).toEqual({ address: 'missing' })
  expect(asCommand(draft(OTHER_RESPONSES, { address: 'http://box:8000/v1', key: 'k' }), [])).toEqual({
    id: 'box',
    kind: 'openai-responses',
    baseUrl: 'http://box:8000/v1',
    key: 'k',
  })
  expect(serviceOf(provider({ kind: 'openai-responses' }), services)).toBeUndefined()
})

it('makes the command', () => {
  expect(asCommand(draft('anthropic', { key: ' k ' }), ['anthropic'])).toEqual({
    id: 'anthropic-2',
    kind: 'anthropic',
    key: 'k',
  })
  expect(asCommand(draft('groq', { key: 'k', id: 'fast' }), [])).toEqual({
    id: 'fast',
    service: 'groq',
    key: 'k',
  })
  expect(asCommand(draft('lmstudio', { address: 'http://127.0.0.1:1234/v1' }), [])).toEqual({
    id: 'lmstudio',
    service: 'lmstudio',
  })
  expect(asCommand(draft('lmstudio', { address: 'http://box:1/v1' }), [])).toEqual({
    id: 'lmstudio',
    service: 'lmstudio',
    baseUrl: 'http://box:1/v1',
  })
  expect(asCommand(draft('ollama'), []).baseUrl).toBe('http://127.0.0.1:11434')
})

it.each([
  ['https://api.example.org/v1', 'example.org'],
  ['http://127.0.0.1:9000/v1', 'local'],
  ['http://[::1]:9000/v1', 'local'],
])('a server at %s is called %s', (address, id) => {
  expect(asCommand(draft(OTHER, { address }), [])).toEqual({
    id,
    kind: 'openai-compatible',
    baseUrl: address,
  })
})

it('finds a free id', () => {
  expect(freeId('groq', [])).toBe('groq')
  expect(freeId('groq', ['groq', 'groq-2'])).toBe('groq-3')
})

it('knows which service a provider is one of', () => {
  expect(serviceOf(provider({ baseUrl: 'https://api.groq.com/openai/v1/' }), services)?.id).toBe('groq')
  expect(serviceOf(provider({ kind: 'anthropic' }), services)?.id).toBe('anthropic')
  expect(serviceOf(provider({ baseUrl: 'https://example.org' }), services)).toBeUndefined()
  expect(wantsKey(provider({ kind: 'openai' }), services)).toBe(true)
  expect(wantsKey(provider({ kind: 'openai', baseUrl: 'http://box/v1' }), services)).toBe(false)
})

it('a key that is set elsewhere stays there', () => {
  expect(canSetKey(provider({}))).toBe(true)
  expect(canSetKey(provider({ key: { present: true, source: 'app' } }))).toBe(true)
  expect(canSetKey(provider({ key: { present: true, source: 'environment' } }))).toBe(false)
  expect(canSetKey(provider({ kind: 'demo' }))).toBe(false)
})

it('what was only found was not set up', () => {
  expect(isUnset([provider({ source: 'found' }), provider({ source: 'builtin' })])).toBe(true)
  expect(isUnset([provider({ source: 'app' }), provider({ source: 'builtin' })])).toBe(false)
})
