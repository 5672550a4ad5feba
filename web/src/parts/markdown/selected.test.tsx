import { render } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import '../../i18n'
import { TooltipProvider } from '../../ui/tooltip'
import { Markdown } from './markdown'
import { quoted } from './quote'
import { markdownOf } from './selected'

function shown(text: string): Element {
  const { container } = render(
    <TooltipProvider>
      <Markdown text={text} done />
    </TooltipProvider>,
  )
  const root = container.querySelector('.md')
  if (!root) throw new Error('nothing shown')
  return root
}

/** The range from the first occurrence of `from` to the end of the last of `to`. */
function between(root: Element, from: string, to: string): Range {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  let begun = false
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const start = node.data.indexOf(from)
    if (!begun && start >= 0) {
      range.setStart(node, start)
      begun = true
    }
    const end = node.data.lastIndexOf(to)
    if (begun && end >= 0) range.setEnd(node, end + to.length)
  }
  return range
}

function whole(root: Element): Range {
  const range = document.createRange()
  range.selectNodeContents(root)
  return range
}

describe('all of a text gives its Markdown back', () => {
  it.each([
    'One **bold** and *soft* word, `code` and a [link](https://example.org/a).',
    '# Title\n\nText\n\n---\n\nmore',
    '- one\n- two\n  - three\n- four',
    '3. three\n4. four',
    '- [x] done\n- [ ] open',
    '> said\n>\n> twice',
    '```\nif (x) {\n\n  y()\n}\n```',
    '````\n```\n````',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    'See https://example.org/x',
  ])('%j', (text) => {
    const root = shown(text)
    expect(markdownOf(whole(root), root)).toBe(text)
  })
})

describe('a part', () => {
  const parts: [string, string, string, string][] = [
    ['words of a paragraph', 'one two three', 'two', 'two'],
    ['words of one item are no list', '- one two\n- three', 'two', 'two'],
    ['items keep their numbers', '1. one\n2. two\n3. three', 'two', '2. two\n3. three'],
    ['lines of code stay code', '```js\na\n  b\nc\n```', '  b', '```\n  b\nc\n```'],
    ['half a bold word', 'a **bold move** end', 'move', '**move** end'],
    ['over two blocks', 'one\n\n```\ncode\n```\n\nend', 'one', 'one\n\n```\ncode\n```\n\nend'],
  ]
  it.each(parts)('%s', (_, text, from, expected) => {
    const root = shown(text)
    const last =
      expected
        .replace(/\n```$/, '')
        .split(/[\n ]/)
        .at(-1) ?? ''
    expect(markdownOf(between(root, from, last), root)).toBe(expected)
  })

  it('ends where the text does, whatever else is selected', () => {
    const root = shown('one\n\ntwo')
    const range = between(root, 'two', 'two')
    root.parentElement?.append('after')
    if (root.parentElement) range.setEnd(root.parentElement, root.parentElement.childNodes.length)
    expect(quoted(markdownOf(range, root))).toBe('> two')
  })

  it('is nothing outside of it', () => {
    const root = shown('one')
    const other = shown('two')
    expect(markdownOf(whole(other), root)).toBe('')
  })
})
