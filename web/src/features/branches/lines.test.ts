import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionTree, TreeMessage } from '../../state'
import { hiddenBy, linesOf, type MapLine, moved, treeOf } from './lines'

const NONE: ReadonlySet<string> = new Set()

/** Messages by `id<parent`, oldest first; `!` at the end: deleted. */
function tree(spec: string, activeLeafId: string): SessionTree {
  const items = spec.split(' ').map((text, index): TreeMessage => {
    const [, id = '', parentId, gone] = /^(\w+)(?:<(\w+))?(!)?$/.exec(text) ?? []
    const role = index % 2 === 0 ? 'user' : 'assistant'
    const base = { id, role, preview: id, createdAt: index, status: 'done' } as const
    return { ...base, ...(parentId ? { parentId } : {}), ...(gone ? { deleted: true } : {}) }
  })
  return { items, activeLeafId, hasMore: false }
}

function told(line: MapLine): string {
  const name = line.kind === 'run' ? `(${line.messages.map(({ id }) => id).join(' ')})` : line.key
  const version =
    line.kind === 'message' && line.version ? ` ${line.version.index}/${line.version.count}` : ''
  return `${'-'.repeat(line.level - 1)}${name}${version}${line.active ? '*' : ''}`
}

const lines = (spec: string, leaf: string, open = NONE) => linesOf(treeOf(tree(spec, leaf)), open).map(told)

describe('linesOf', () => {
  it.each([
    ['one line of talk', 'a b<a c<b d<c', 'd', ['a*', '(b c)*', 'd*']],
    ['too short to fold', 'a b<a c<b', 'c', ['a*', 'b*', 'c*']],
    ['two answers, the older one shown', 'a b<a c<a d<b', 'd', ['a*', '-c 2/2', 'b 1/2*', 'd*']],
    [
      'a branch with a branch',
      'a b<a c<a d<c e<d f<e g<d',
      'b',
      ['a*', '-c 2/2', '-d', '--e 1/2', '--f', '-g 2/2', 'b 1/2*'],
    ],
    ['two beginnings', 'a b<a c d<c', 'b', ['c 2/2', 'd', 'a 1/2*', 'b*']],
    ['a window without its beginning', 'c<b d<c', 'd', ['c*', 'd*']],
  ])('%s', (_, spec, leaf, expected) => {
    expect(lines(spec, leaf)).toEqual(expected)
  })

  it('shows a run in full when it is open', () => {
    expect(lines('a b<a c<b d<c', 'd', new Set(['run:b']))).toEqual(['a*', '(b c)*', '-b*', '-c*', 'd*'])
  })

  it('has every message once, whatever the tree, and few lines for a long one', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(parents, fc.nat(), fc.boolean(), (places, which, opened) => {
        const spec = places.map((place, index) => (index === 0 ? 'm0' : `m${index}<m${place % index}`))
        const made = treeOf(tree(spec.join(' '), `m${which % places.length}`))
        const runs = linesOf(made, NONE).flatMap(({ kind, key }) => (kind === 'run' ? [key] : []))
        const all = linesOf(made, opened ? new Set(runs) : NONE)
        const ids = all.flatMap((line) =>
          line.kind === 'message' ? [line.key] : line.open ? [] : line.messages.map(({ id }) => id),
        )
        expect(ids.toSorted()).toEqual([...made.byId.keys()].toSorted())
        expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
        // A line stands one deeper than the one it is under, and after it.
        for (const [index, line] of all.entries()) {
          const above = all.findIndex(({ key }) => key === line.parent)
          expect(above).toBeLessThan(index)
          expect(line.level).toBe(1 + (all[above]?.level ?? 0))
        }
      }),
    )
    const long = Array.from({ length: 5_000 }, (_, at) => (at === 0 ? 'm0' : `m${at}<m${at - 1}`)).join(' ')
    expect(lines(long, 'm4999')).toHaveLength(3)
  })
})

describe('hiddenBy', () => {
  it.each([
    ['a b<a c<a d<b e<d', 'e', 'c', { hidden: 3, leaf: 'e' }],
    ['a b<a c<a d<b! e<d', 'e', 'c', { hidden: 2, leaf: 'e' }],
    ['a b<a c<a d<b', 'd', 'b', undefined],
    ['a b<a c d<c', 'b', 'd', { hidden: 2, leaf: 'b' }],
  ])('%s, from %s to %s', (spec, leaf, to, expected) => {
    expect(hiddenBy(treeOf(tree(spec, leaf)), to)).toEqual(expected)
  })
})

describe('moved', () => {
  const all = linesOf(treeOf(tree('a b<a c<b d<c e<c', 'd')), new Set(['run:b']))
  const folded = linesOf(treeOf(tree('a b<a c<b d<c', 'd')), NONE)
  it.each([
    ['ArrowDown', 0, { to: 1 }],
    ['ArrowUp', 0, { to: 0 }],
    ['End', 0, { to: 2 }],
    ['Home', 2, { to: 0 }],
    ['ArrowRight', 1, { toggle: 'run:b' }],
    ['ArrowLeft', 1, { to: 1 }],
    ['x', 1, undefined],
  ])('%s at %i', (key, from, expected) => {
    expect(moved(folded, from, key)).toEqual(expected)
  })

  it('goes into what stands under a line, and back to it', () => {
    const fork = all.findIndex(({ key }) => key === 'c')
    const under = all.findIndex(({ key }) => key === 'e')
    expect(moved(all, fork, 'ArrowRight')).toEqual({ to: under })
    expect(moved(all, under, 'ArrowLeft')).toEqual({ to: fork })
  })
})
