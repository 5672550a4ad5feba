import { render } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import '../../i18n'
import { BlockLexer, blocksOf } from './lex'
import { Markdown } from './markdown'

const CORPUS = `# A heading

Prose with **bold**, *soft*, ~~gone~~, \`code\`, a [link](https://example.org/a_b), an auto https://example.org/x
and a line break.  
Next line, an entity &amp; a &lt;tag&gt;, and 2 * 3 = 6_000.

Setext
------

- one
- two with **bold**
  - nested
  1. ordered inside

- loose again

3. third
4. fourth

- [ ] to do
- [x] done with \`code\`

> quoted *text*
> - with a list
lazy line

| left | right |
| :--- | ----: |
| a \`|\` b | **2** |
| c | 3 |

After the table $a_1 + b$ costs $5 and $6.

$$
\\int_0^1 x^2 dx
$$

\`\`\`ts
const a: number = 1

function b() { return \`x\` }
\`\`\`

    indented code

<div onclick="alert(1)">html</div>

Inline <b>html</b> and a<br>break.

***

![a picture](https://example.org/p.png)

[later]: https://example.org/later "title"

See [later] and [bad](javascript:alert(1)), and a note[^one] and another[^Two].

[^one]: With **text**,
  on two lines.

    And a paragraph.
[^two]: Seen [^three] from here.

After the notes[^missing].

[^three]: - a list

\`\`\`python
print("open fence")
`

/** What is shown, with the names of anchors that differ from message to message taken out. */
const looks = (container: HTMLElement) => container.innerHTML.replace(/_r_\w+?_/g, '')

const html = (text: string, done: boolean) => looks(render(<Markdown text={text} done={done} />).container)

describe('text that grows', () => {
  test('has at every letter the blocks of the same text at once', () => {
    const growing = new BlockLexer()
    for (let end = 1; end <= CORPUS.length; end++) {
      const text = CORPUS.slice(0, end)
      const whole = new BlockLexer().update(text, false)
      expect(JSON.stringify(growing.update(text, false)), text.slice(-60)).toBe(JSON.stringify(whole))
    }
    expect(growing.update(CORPUS, true)).toEqual(blocksOf(CORPUS))
  })

  test.each([37, 101])('looks at every step of %i like the same text at once', (step) => {
    const growing = render(<Markdown text="" done={false} />)
    for (let end = step; end < CORPUS.length; end += step) {
      const text = CORPUS.slice(0, end)
      growing.rerender(<Markdown text={text} done={false} />)
      const whole = render(<Markdown text={text} done={false} />)
      expect(looks(growing.container) === looks(whole.container), text.slice(-60)).toBe(true)
      whole.unmount()
    }
    growing.rerender(<Markdown text={CORPUS} done />)
    expect(looks(growing.container)).toBe(html(CORPUS, true))
  })

  test('keeps the elements of closed blocks', () => {
    const { container, rerender } = render(<Markdown text={'one\n\ntwo'} done={false} />)
    const first = container.querySelector('p')
    rerender(<Markdown text={'one\n\ntwo\n\nthree'} done={false} />)
    rerender(<Markdown text={'one\n\ntwo\n\nthree'} done />)
    expect(container.querySelector('p')).toBe(first)
    expect(container.querySelectorAll('p')).toHaveLength(3)
  })

  test('begins anew when the text is another one', () => {
    const { container, rerender } = render(<Markdown text={'one\n\ntwo'} done={false} />)
    rerender(<Markdown text="# other" done={false} />)
    expect(looks(container)).toBe(html('# other', false))
  })

  test('shows what is open as if it were closed', () => {
    expect(html('so **bol', false)).toContain('<strong>bol</strong>')
    expect(html('see [the lo', false)).not.toContain('[')
  })

  test('takes line ends of all kinds', () => {
    expect(html('a\r\n\r\n- b\r\n- c', true)).toBe(html('a\n\n- b\n- c', true))
    const growing = render(<Markdown text={'a\r\n\r\n'} done={false} />)
    growing.rerender(<Markdown text={'a\r\n\r\nb\r\n\r\nc'} done={false} />)
    expect(growing.container.querySelectorAll('p')).toHaveLength(3)
  })
})

describe('safety', () => {
  const hrefs = (text: string) =>
    [...render(<Markdown text={text} done />).container.querySelectorAll('a')].map((link) =>
      link.getAttribute('href'),
    )

  test('only http, https and mailto are links', () => {
    const targets = [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'java&#115;cript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '/api/sessions',
      '//example.org/x',
      '#code=1',
    ]
    expect(hrefs(targets.map((target) => `[x](${target})`).join('\n\n'))).toEqual([])
    expect(hrefs('[a](https://example.org) [b](http://example.org/) [c](mailto:a@example.org)')).toEqual([
      'https://example.org/',
      'http://example.org/',
      'mailto:a@example.org',
    ])
  })

  test('links open elsewhere and tell nothing', () => {
    const link = render(<Markdown text="[a](https://example.org)" done />).container.querySelector('a')
    expect(link?.target).toBe('_blank')
    expect(link?.rel).toContain('noopener')
    expect(link?.rel).toContain('noreferrer')
  })

  test('no image is fetched and no tag becomes an element', () => {
    const text =
      '![x](https://evil.example/p.png)\n\n<img src=x onerror=alert(1)>\n\na <script>b</script>\n\n<iframe src=x>'
    const { container } = render(<Markdown text={text} done />)
    expect(container.querySelector('img, script, iframe')).toBeNull()
    expect(container.textContent).toContain('onerror')
    expect(container.querySelector('.md-image')?.textContent).toContain('x')
  })
})

describe('structure', () => {
  test('headings follow the message without a leap', () => {
    const { container } = render(<Markdown text={'#### deep\n\n# top\n\n## two\n\n###### six'} done />)
    expect([...container.querySelectorAll('h3, h4, h5, h6')].map((heading) => heading.tagName)).toEqual([
      'H3',
      'H3',
      'H4',
      'H5',
    ])
  })

  test('tables and code can be reached and scrolled by keyboard', () => {
    const { container } = render(<Markdown text={'|a|\n|-|\n|1|\n\n```rs\nlet a;\n```'} done />)
    const regions = [...container.querySelectorAll<HTMLElement>('[tabindex="0"]')]
    expect(regions.map((region) => region.getAttribute('aria-label'))).toEqual(['Table', 'Code, Rust'])
  })

  test('a link definition below changes what stood above it', () => {
    const { container, rerender } = render(<Markdown text={'see [x]\n\nmore'} done={false} />)
    expect(container.querySelector('a')).toBeNull()
    rerender(<Markdown text={'see [x]\n\nmore\n\n[x]: https://example.org\n\nend'} done={false} />)
    expect(container.querySelector('a')?.href).toBe('https://example.org/')
  })

  test('dollars of money are no formula', () => {
    const kinds = (text: string) => JSON.stringify(blocksOf(text)).includes('"math"')
    expect(kinds('It costs $5 and $6, or $ 7 $.')).toBe(false)
    expect(kinds('So $x^2$ grows')).toBe(true)
    expect(kinds('\\[ a \\]')).toBe(true)
  })
})
