// What of a shown text is selected, as Markdown again.
//
// Always true: no word that is selected is lost, code keeps its lines and blanks, and nothing of the page's own controls
// gets in. Marks of which only one end is selected are left out.

/** The Markdown of the part of `root` that a range covers; empty when there is none. */
export function markdownOf(range: Range, root: Element): string {
  const part = clipped(range, root)
  if (!part || part.toString().trim() === '') return ''
  return joined(blocksOf(framed(part, root)))
}

/** The part of the range that lies within `root`. */
function clipped(range: Range, root: Element): Range | undefined {
  if (!range.intersectsNode(root)) return undefined
  const part = range.cloneRange()
  if (!root.contains(part.startContainer)) part.setStart(root, 0)
  if (!root.contains(part.endContainer)) part.setEnd(root, root.childNodes.length)
  return part
}

/** A copy of what is covered, with the block around it that says what its pieces are. */
function framed(part: Range, root: Element): Node {
  const { commonAncestorContainer: common } = part
  const around = common instanceof Element ? common : common.parentElement
  const copy = part.cloneContents()
  const pre = around?.closest('pre')
  const frame =
    pre && root.contains(pre)
      ? pre
      : around?.closest('ul, ol, table, tbody, thead, tr') === around
        ? around
        : null
  if (!frame || frame === root) return copy
  const shell = frame.cloneNode(false) as Element
  shell.append(copy)
  if (frame instanceof HTMLOListElement && shell instanceof HTMLOListElement) {
    const before = [...frame.children].findIndex((item) => part.intersectsNode(item))
    shell.start = frame.start + Math.max(0, before)
  }
  const holder = root.ownerDocument.createDocumentFragment()
  holder.append(shell)
  return holder
}

function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block.trim() !== '').join('\n\n')
}

const BLOCKS = new Set(
  'P DIV UL OL LI PRE TABLE THEAD TBODY TR TD TH FIGURE SECTION BLOCKQUOTE HR H1 H2 H3 H4 H5 H6'.split(' '),
)

/** What the page adds to a text and nobody wrote. */
const OURS = 'button, figcaption, iframe, svg, .md-host, .visually-hidden'

/** The blocks of what a node holds; words between blocks are a block of their own. */
function blocksOf(node: Node): string[] {
  const blocks: string[] = []
  let words = ''
  const flush = () => {
    if (words.trim() !== '') blocks.push(words.trim())
    words = ''
  }
  for (const child of node.childNodes) {
    if (child instanceof Element && BLOCKS.has(child.tagName)) {
      flush()
      blocks.push(...blockOf(child))
    } else words += inlineOf(child)
  }
  flush()
  return blocks
}

function blockOf(element: Element): string[] {
  if (element.matches(OURS)) return []
  switch (element.tagName) {
    case 'PRE':
      return [fenced(element.textContent ?? '')]
    case 'HR':
      return ['---']
    case 'UL':
    case 'OL':
      return [listOf(element)]
    case 'LI':
      return [`- ${hanging(itemOf(element), 2)}`]
    case 'TABLE':
    case 'THEAD':
    case 'TBODY':
    case 'TR':
      return [tableOf(element)]
    case 'BLOCKQUOTE':
      return [joined(blocksOf(element)).replace(/^/gm, '> ').replace(/^> $/gm, '>')]
    default: {
      const mark = /^H(\d)$/.exec(element.tagName)
      // The page's outline begins with the message; what was written begins with one sign.
      const level = /md-heading--(\d)/.exec(element.className)?.[1] ?? mark?.[1]
      const inner = joined(blocksOf(element))
      return mark && inner !== '' ? [`${'#'.repeat(Number(level))} ${inner}`] : [inner]
    }
  }
}

/** A fence that nothing in the code closes. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${code.replace(/\n$/, '')}\n${fence}`
}

function listOf(list: Element): string {
  const first = list instanceof HTMLOListElement ? list.start : undefined
  const items = [...list.children].map((item, index) => {
    const mark = first === undefined ? '- ' : `${first + index}. `
    return mark + hanging(itemOf(item), mark.length)
  })
  return items.join('\n')
}

function itemOf(item: Element): string {
  const box = item.querySelector(':scope > .md-box')
  const state = box ? (box.querySelector('path') ? '[x] ' : '[ ] ') : ''
  const isLoose = item.parentElement?.classList.contains('md-loose') === true
  return state + blocksOf(item).join(isLoose ? '\n\n' : '\n')
}

/** All lines but the first moved in. */
function hanging(text: string, by: number): string {
  return text.replace(/\n(?!\n|$)/g, `\n${' '.repeat(by)}`)
}

function tableOf(element: Element): string {
  const rows = element.tagName === 'TR' ? [element] : [...element.querySelectorAll('tr')]
  const lines = rows.map((row) =>
    [...row.children].map((cell) => joined(blocksOf(cell)).replace(/\s+/g, ' ').replaceAll('|', '\\|')),
  )
  const [head] = lines
  if (!head || lines.length === 1) return head?.join(' | ') ?? ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...lines.slice(1).map(line)].join('\n')
}

/** The words of what stands in a line. */
function inlineOf(node: Node): string {
  if (node instanceof Text) return node.data.replace(/\s+/g, ' ')
  if (!(node instanceof Element)) return ''
  if (node.matches(OURS)) return ''
  const tex = node.querySelector('annotation')?.textContent
  if (tex) return node.matches('.md-math--display') ? `$$${tex}$$` : `$${tex}$`
  const words = [...node.childNodes].map(inlineOf).join('')
  switch (node.tagName) {
    case 'BR':
      return '\n'
    case 'STRONG':
      return marked(words, '**')
    case 'EM':
      return marked(words, '*')
    case 'DEL':
      return marked(words, '~~')
    case 'CODE':
      return codeSpan(node.textContent ?? '')
    case 'SUP':
      return node.matches('.md-note-ref') ? `[${words}]` : words
    case 'A':
      return linked(node, words)
    default:
      return words
  }
}

function marked(words: string, mark: string): string {
  return words.trim() === '' ? words : `${mark}${words.trim()}${mark}`
}

function codeSpan(code: string): string {
  const ticks = '`'.repeat(Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length)) + 1)
  const gap = /^`|`$/.test(code) ? ' ' : ''
  return code === '' ? '' : `${ticks}${gap}${code}${gap}${ticks}`
}

function linked(node: Element, words: string): string {
  const href = node.getAttribute('href') ?? ''
  if (href.startsWith('#') || words === '' || href === words || href === `mailto:${words}`) return words
  return `[${words}](${href})`
}
