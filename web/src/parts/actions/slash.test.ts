import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALL } from './actions'
import { choosing, commandsIn, suggested, typedCommand } from './slash'

const commands = commandsIn(new Set(ALL.map(({ id }) => id)))
const names = (draft: string) => suggested(draft, commands)?.map(({ slash }) => slash.name)

describe('suggested', () => {
  it.each([
    ['/', commands.map(({ slash }) => slash.name)],
    ['/re', ['rename']],
    ['/CL', ['new']],
    ['/zzz', undefined],
    ['', undefined],
    ['/rename x', undefined],
    ['a /re', undefined],
    ['/etc/hosts', undefined],
  ])('%j', (draft, expected) => {
    expect(names(draft)).toEqual(expected)
  })
})

describe('typedCommand', () => {
  it.each([
    ['/new', 'newChat', ''],
    ['/clear ', 'newChat', ''],
    ['/rename Quarterly numbers', 'rename', 'Quarterly numbers'],
    ['/export json', 'exportSession', 'json'],
  ])('%j is a command', (draft, id, argument) => {
    const typed = typedCommand(draft, commands)
    expect([typed?.command.id, typed?.argument]).toEqual([id, argument])
  })

  it.each(['/new thing', '/etc/hosts', '/unknown', ' /new', '/rename a\nb', 'new', '/'])(
    '%j is text',
    (draft) => {
      expect(typedCommand(draft, commands)).toBeUndefined()
    },
  )

  it('never takes what nobody answers', () => {
    expect(typedCommand('/new', commandsIn(new Set()))).toBeUndefined()
  })
})

describe('choosing', () => {
  it.each([
    ['/persona ', 'instructions', ''],
    ['/persona Plain  ', 'instructions', 'Plain'],
    ['/MODEL claude so', 'pickModel', 'claude so'],
    ['/prompt\tweek', 'usePrompt', 'week'],
  ])('%j', (draft, id, typed) => {
    const found = choosing(draft, commands)
    expect([found?.command.id, found?.typed]).toEqual([id, typed])
  })

  it.each(['/persona', '/rename x', '/persona a\nb', ' /persona a', '/unknown a'])(
    'nothing for %j',
    (draft) => {
      expect(choosing(draft, commands)).toBeUndefined()
    },
  )
})

it('whatever is written is either suggested for, a command or text, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const draft = `/${text}`
      if (suggested(draft, commands)) expect(draft).toMatch(/^\/[a-z]*$/i)
      typedCommand(draft, commands)
    }),
  )
})

it('no two commands share a name', () => {
  const all = commands.flatMap(({ slash }) => [slash.name, ...(slash.also ?? [])])
  expect(new Set(all).size).toBe(all.length)
})
