// Where a text stands in what a row shows, and painting it there. No React, and no change of the document: ranges are
// painted by the browser over whatever Markdown has made of a message.
//
// Always true: texts are compared as the server compares them: without case and accents, a run of blanks as one.

/** Names of highlights in the style sheet. */
export const FOUND = 'found'
export const FOUND_NOW = 'found-now'

/** Where each of `texts` stands within `root`, in order, none overlapping another. */
export function occurrencesIn(root: Element, texts: readonly string[]): Range[] {
  const wanted = texts.map((text) => folded(text)).filter((text) => text.trim() !== '')
  if (wanted.length === 0) return []
  const { text, places } = readable(root)
  const found: Range[] = []
  let at = 0
  while (at < text.length) {
    let [start, length] = [-1, 0]
    for (const one of wanted) {
      const where = text.indexOf(one, at)
      if (where < 0 || (start >= 0 && where > start)) continue
      if (where !== start || one.length > length) [start, length] = [where, one.length]
    }
    if (start < 0) break
    const from = places[start]
    const to = places[start + length - 1]
    if (from && to) {
      const range = root.ownerDocument.createRange()
      range.setStart(from.node, from.start)
      range.setEnd(to.node, to.end)
      found.push(range)
    }
    at = start + length
  }
  return found
}

interface Place {
  node: Text
  start: number
  end: number
}

const BLOCK = 'p, li, td, th, pre, blockquote, h1, h2, h3, h4, h5, h6, dd, dt, summary, div'

/** The text that is shown, as it is compared, with the place of each of its characters. */
function readable(root: Element): { text: string; places: Place[] } {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const parts: string[] = []
  const places: Place[] = []
  let blank = false
  let block: Element | null = null
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const own = node.parentElement?.closest(BLOCK) ?? null
    if (block && own !== block && !blank && places.length > 0) {
      parts.push(' ')
      places.push({ node, start: 0, end: 0 })
      blank = true
    }
    block = own
    let at = 0
    for (const character of node.data) {
      const place = { node, start: at, end: at + character.length }
      at += character.length
      if (/\s/.test(character)) {
        if (!blank) {
          parts.push(' ')
          places.push(place)
        }
        blank = true
        continue
      }
      for (const unit of foldedCharacter(character)) {
        parts.push(unit)
        places.push(place)
        blank = false
      }
    }
  }
  return { text: parts.join(''), places }
}

function folded(text: string): string {
  return [...text.replace(/\s+/g, ' ')].map((character) => foldedCharacter(character).join('')).join('')
}

/** Joiners, soft hyphens and selectors: they can't be seen and part nothing. */
const UNSEEN = /^(?:\u00ad|\u200c|\u200d|\u2060|[\ufe00-\ufe0f])$/

/** UTF-16 units, so that positions in the joined text are positions in the list. */
function foldedCharacter(character: string): string[] {
  if (UNSEEN.test(character)) return []
  const plain = character.normalize('NFKD').toLowerCase().normalize('NFKD')
  return plain
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/ς/g, 'σ')
    .split('')
}

/** Paints ranges, where the browser can; without any, nothing is painted any more. */
export function paint(name: string, ranges: readonly Range[]): void {
  if (typeof CSS === 'undefined' || !('highlights' in CSS) || typeof Highlight === 'undefined') return
  if (ranges.length === 0) CSS.highlights.delete(name)
  else CSS.highlights.set(name, new Highlight(...ranges))
}

/** What a mounted row says; `null`: it is not mounted. */
export function saidIn(scope: ParentNode | null, id: string): Element | null {
  const row = scope?.querySelector(`[data-message="${CSS.escape(id)}"]`) ?? null
  return row?.querySelector('.row__said') ?? null
}
