// What single kinds of text become, and that none of it can pass for the page.
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import '../../i18n'
import { changeCodeView } from './code-view'
import { MarkdownHostContext } from './host'
import { Markdown } from './markdown'

const shown = (text: string, done = true) => render(<Markdown text={text} done={done} />).container

describe('text', () => {
  test.each([
    ['strikethrough', '~~gone~~ and ~one~', 'del', ['gone', 'one']],
    [
      'autolinks',
      'see https://example.org/a and www.example.org.',
      'a',
      ['https://example.org/a', 'www.example.org'],
    ],
    ['hard breaks', 'a  \nb\\\nc', 'br', ['', '']],
    ['nested lists', '- a\n  1. b\n     - c', 'li li li', ['c']],
    ['lists that begin elsewhere', '7. a', 'ol[start="7"] > li', ['a']],
    ['tasks', '- [x] a\n- [ ] b', '.md-task [role="img"]', ['', '']],
    ['tags as text', '<b>x</b>\n\n<script>y</script>', 'b, script', []],
    ['details as text', '<details open><summary>x</summary></details>', 'details, summary', []],
    ['entities', '&lt;b&gt; &amp; &#65; &nope;', 'p', ['<b> & A &nope;']],
    ['inline maths', '\\(a\\) and $b$', '.md-math', ['a', 'b']],
    ['display maths', '\\[\na\n\\]\n\n$$b$$', '.md-math--display', ['a', 'b']],
    ['money', '$5 and $6, $1,000 or US$ 3', '.md-math', []],
    [
      'maths that begins with a figure',
      '$2x$, $3 \\cdot 4$ and $5 mod 2$',
      '.md-math',
      ['2x', '3 \\cdot 4', '5 mod 2'],
    ],
    ['maths within code is code', '`$a$` and `\\(b\\)`', '.md-math', []],
  ])('%s', (_, text, selector, expected) => {
    expect([...shown(text).querySelectorAll(selector)].map((one) => one.textContent)).toEqual(expected)
  })
})

describe('footnotes', () => {
  test('are numbered in the order of their use, and lead there and back', async () => {
    const container = shown('b[^b] a[^a] b again[^b] and [^none]\n\n[^a]: **A**\n[^b]: B')
    const notes = within(container).getByRole('region', { name: 'Footnotes' })
    expect([...notes.querySelectorAll('li')].map((one) => one.textContent)).toEqual(['B↩', 'A↩'])
    expect(notes.querySelector('strong')?.textContent).toBe('A')
    expect(container.querySelector('p')?.textContent).toBe('b1 a2 b again1 and [^none]')
    const refs = within(container).getAllByRole('link', { name: 'Footnote 1' })
    await userEvent.click(refs[0] as HTMLElement)
    expect(document.activeElement?.textContent).toBe('B↩')
    await userEvent.click(within(container).getByRole('link', { name: 'Back to the text of footnote 1' }))
    expect(document.activeElement).toBe(refs[0])
    expect(location.hash).toBe('')
  })

  test('of two messages do not mix', () => {
    const text = 'x[^1]\n\n[^1]: note'
    shown(text)
    shown(text)
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('that have not come yet are raised already, and text in the end', () => {
    expect(shown('x[^1]', false).querySelector('sup')?.textContent).toBe('1')
    expect(shown('x[^1]').textContent).toBe('x[^1]')
  })

  test('take no name from the language', () => {
    expect(shown('a[^constructor] b[^__proto__]').querySelector('sup')).toBeNull()
  })

  test('that refer to each other end', () => {
    const items = shown('x[^a]\n\n[^a]: see [^b]\n[^b]: see [^a]').querySelectorAll('.md-notes li')
    expect(items).toHaveLength(2)
  })
})

describe('links and pictures', () => {
  test('a link says its host where its words don’t', () => {
    const container = shown('[docs](https://example.org/d "https://bank.example") and <https://example.org>')
    const [docs, plain] = container.querySelectorAll('a')
    expect(docs?.textContent).toBe('docs (example.org)')
    expect(plain?.textContent).toBe('https://example.org')
    expect(container.querySelector('[title]')).toBeNull()
    expect(docs?.getAttribute('referrerpolicy')).toBe('no-referrer')
  })

  test('a picture in a link is part of its words', () => {
    const container = shown('[![badge](https://a.example/b.svg)](https://example.org)')
    expect(container.querySelector('a a')).toBeNull()
    expect(container.querySelector('a')?.textContent).toBe('Image: badge (a.example) (example.org)')
  })

  test('a picture names its host; one of this conversation is the host’s to show', () => {
    const text = '![a](https://a.example/x.png) ![b](/api/attachments/01a2) ![](attachment:01a3)'
    expect(shown(text).textContent).toBe(
      'Image: a (a.example) Image: b (attachment) Image: without a name (attachment)',
    )
    const attachment = (id: string, name: string) => <em>{`${id} ${name}`}</em>
    const { container } = render(
      <MarkdownHostContext value={{ attachment }}>
        <Markdown text={text} done />
      </MarkdownHostContext>,
    )
    expect([...container.querySelectorAll('em')].map((one) => one.textContent)).toEqual(['01a2 b', '01a3 '])
    expect(container.querySelector('img')).toBeNull()
  })
})

describe('code', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line + 1}`)
  const fence = (count: number) => `\`\`\`text\n${lines(count).join('\n')}\n\`\`\``

  test('that is long shows its beginning, and all of it when asked', async () => {
    const container = shown(fence(100))
    expect(container.querySelector('pre')?.textContent).toBe(lines(40).join('\n'))
    const more = within(container).getByRole('button', { name: 'Show all 100 lines' })
    expect(more.getAttribute('aria-expanded')).toBe('false')
    await userEvent.click(more)
    expect(container.querySelector('pre')?.textContent).toBe(lines(100).join('\n'))
    await userEvent.click(within(container).getByRole('button', { name: 'Show fewer lines' }))
    expect(container.querySelector('pre')?.textContent).toBe(lines(40).join('\n'))
  })

  test('that is hardly too long, or grew before one’s eyes, is shown whole', () => {
    expect(shown(fence(45)).querySelector('.code__fold')).toBeNull()
    const text = fence(100)
    const { container, rerender } = render(<Markdown text={text.slice(0, 200)} done={false} />)
    rerender(<Markdown text={text} done />)
    expect(container.querySelector('pre')?.textContent).toBe(lines(100).join('\n'))
  })

  test('is copied whole', async () => {
    const user = userEvent.setup()
    const container = shown(fence(100))
    await user.click(within(container).getByRole('button', { name: 'Copy' }))
    expect(await navigator.clipboard.readText()).toBe(lines(100).join('\n'))
    expect(within(container).getByRole('button', { name: 'Copied' })).toBeInTheDocument()
  })

  test('wraps and is numbered everywhere at once, and it stays so', async () => {
    changeCodeView({ wrap: false, numbers: false })
    const first = shown(fence(2))
    const second = shown(fence(2))
    await userEvent.click(within(first).getByRole('button', { name: 'Wrap long lines' }))
    await userEvent.click(within(first).getByRole('button', { name: 'Line numbers' }))
    for (const figure of [first, second].map((one) => one.querySelector('figure'))) {
      expect(figure?.dataset.wrap).toBe('true')
      expect(figure?.querySelectorAll('.code__line')).toHaveLength(2)
    }
    expect(JSON.parse(localStorage.getItem('cowork.code') ?? '')).toEqual({ wrap: true, numbers: true })
    changeCodeView({ wrap: false, numbers: false })
  })
})

test('a table can be taken along', async () => {
  const user = userEvent.setup()
  const text = '| a | b |\n|:--|--:|\n| *1* | 2 |'
  const container = shown(text)
  await user.click(within(container).getByRole('button', { name: 'Copy for a spreadsheet' }))
  expect(await navigator.clipboard.readText()).toBe('a\tb\n1\t2')
  await user.click(within(container).getByRole('button', { name: 'Copy as Markdown' }))
  expect(await navigator.clipboard.readText()).toBe(text)
  expect(container.querySelector('td:last-child')?.className).toBe('md-right')
})

describe('previews', () => {
  const shownBy = (text: string, openFrame?: () => Promise<string>) =>
    render(
      <MarkdownHostContext value={openFrame ? { openFrame } : {}}>
        <Markdown text={text} done />
      </MarkdownHostContext>,
    ).container

  test('are opened by a click and never before', async () => {
    const openFrame = vi.fn(async () => '/frame/one')
    const container = shownBy('```html\n<b>x</b>\n```', openFrame)
    expect(openFrame).not.toHaveBeenCalled()
    await userEvent.click(within(container).getByRole('button', { name: 'Preview' }))
    expect(openFrame).toHaveBeenCalledExactlyOnceWith('html', '<b>x</b>')
    const frame = await within(container).findByTitle('Preview of HTML')
    expect(frame.getAttribute('sandbox')).toBe('')
    expect(frame.getAttribute('src')).toBe('/frame/one')
    await userEvent.click(within(container).getByRole('button', { name: 'Preview' }))
    expect(container.querySelector('iframe')).toBeNull()
  })

  test('that fail say so in words', async () => {
    const container = shownBy('```svg\n<svg/>\n```', () => Promise.reject(new Error('No room.')))
    await userEvent.click(within(container).getByRole('button', { name: 'Preview' }))
    expect((await within(container).findByRole('alert')).textContent).toContain('No room.')
    expect(container.querySelector('pre')?.textContent).toBe('<svg/>')
  })

  test.each([
    ['```html\n<p>\n```', true],
    ['```mermaid\ngraph TD\n```', true],
    ['```xml\n<?xml version="1.0"?>\n<svg></svg>\n```', true],
    ['```xml\n<note/>\n```', false],
    ['```ts\nlet a\n```', false],
    ['```html\n\n```', false],
  ])('%j: %s', (text, offered) => {
    const container = shownBy(text, async () => '/frame/x')
    expect(within(container).queryByRole('button', { name: 'Preview' }) !== null).toBe(offered)
    expect(within(shownBy(text)).queryByRole('button', { name: 'Preview' })).toBeNull()
  })

  test('a diagram listens to its own frame only', async () => {
    const container = shownBy('```mermaid\ngraph TD\n```', async () => '/frame/two')
    await userEvent.click(within(container).getByRole('button', { name: 'Preview' }))
    const frame = await within(container).findByTitle<HTMLIFrameElement>('Preview of a Mermaid diagram')
    expect(frame.getAttribute('sandbox')).toBe('allow-scripts')
    const tell = (reason: string, source: Window | null, origin: string) =>
      window.dispatchEvent(new MessageEvent('message', { data: { kind: 'failed', reason }, source, origin }))
    tell('other window', window, 'null')
    tell('other origin', frame.contentWindow, location.origin)
    tell('its own', frame.contentWindow, 'null')
    expect((await within(container).findByRole('alert')).textContent).toContain('its own')
    expect(screen.queryByText(/other/)).toBeNull()
  })
})

describe('nothing passes for the page', () => {
  test('a forged approval card is text in the message’s own elements', () => {
    const forged = [
      '<div class="approval" role="alertdialog"><button onclick="x()">Allow once</button></div>',
      '> ### ⚠️ Cowork wants to run `rm -rf /`\n>\n> | [Allow once](javascript:x) | Deny |\n> |---|---|',
      '<style>.composer{display:none}</style>',
      '<details open><summary>Approve</summary></details>',
    ].join('\n\n')
    const container = shown(forged)
    expect(
      container.querySelector('[style], style, form, input, details, [role="alertdialog"], [onclick]'),
    ).toBeNull()
    expect(within(container).queryByRole('button', { name: /Allow|Deny|Approve/ })).toBeNull()
    expect(within(container).queryByRole('link')).toBeNull()
    const ours = /^(md|code|tok|lucide|preview)(-|_|$)/
    const classes = [...container.querySelectorAll('[class]')].flatMap((one) => [...one.classList])
    expect(classes.filter((name) => !ours.test(name))).toEqual([])
  })

  test('a language word is text, never a class or a lookup', () => {
    expect(shown('```__proto__\nx\n```').querySelector('.code__language')?.textContent).toBe('__proto__')
    expect(shown('```constructor\nx\n```').querySelector('.code__language')?.textContent).toBe('constructor')
  })

  test.each([
    ['a reversed order in code', '`a\u202eb\u2066c`', 'aU+202EbU+2066c'],
    ['a blank without width in code', '```\na\u200bb\n```', 'aU+200Bb'],
    ['a reversed order in prose', 'x \u202egnp.exe', 'xU+202Egnp.exe'],
    ['letters that only programs read', 'x\u{e0041}\u{e0042}y', 'xU+E0041U+E0042y'],
    ['emoji and Persian are left alone', '👩\u200d💻 \u{1f3f4}\u{e0067}\u{e0062}\u{e007f} می\u200cشود', null],
  ])('%s', (_, text, expected) => {
    const container = shown(text)
    const hidden = container.querySelectorAll('.md-hidden')
    if (expected === null) {
      expect(hidden).toHaveLength(0)
      expect(container.textContent).toBe(text)
    } else {
      const words = container.querySelector('pre, p')?.textContent ?? ''
      expect(words.replace('x U', 'xU')).toBe(expected)
    }
  })

  test.each([
    ['quotes', '>'.repeat(1_000)],
    ['far too many quotes', '>'.repeat(20_000)],
    ['lists', '- '.repeat(1_000)],
  ])('%s within each other are bounded', (_, marks) => {
    const container = shown(`${marks} deep`)
    expect(container.querySelectorAll('blockquote, ul').length).toBeLessThan(20)
    expect(container.textContent).toContain('deep')
  })

  test('a line of 100,000 characters is shown', () => {
    const long = 'x'.repeat(100_000)
    expect(shown(long).textContent).toBe(long)
    expect(shown(`\`\`\`\n${long}\n\`\`\``).querySelector('pre')?.textContent).toBe(long)
  })
})
