// Which link targets are followed, and what is said of a target beside its words.
//
// Always true: http, https and mailto are followed and nothing else; a reader sees the host that a link really leads to,
// in the form the network uses (`xn--…` for a name that is not ASCII), unless the words are the target itself.
const SAFE = new Set(['http:', 'https:', 'mailto:'])

/** The target as the browser will read it, or `undefined` when it must not be a link. */
export function safeHref(href: string): string | undefined {
  return safeUrl(href)?.href
}

function safeUrl(href: string): URL | undefined {
  // Without a scheme it would lead into this page's own paths.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(href.trim())) return undefined
  try {
    const url = new URL(href.trim())
    return SAFE.has(url.protocol) ? url : undefined
  } catch {
    return undefined
  }
}

/** The host of a target (or the address of a mail), for people; `undefined` when it is not followed. */
export function hostOf(href: string): string | undefined {
  const url = safeUrl(href)
  if (!url) return undefined
  return url.protocol === 'mailto:' ? addressOf(url) : url.host
}

/** What has to stand beside the words `shown`: the host, or nothing when the words say where the link leads. */
export function hostBeside(href: string, shown: string): string | undefined {
  const url = safeUrl(href)
  if (!url) return undefined
  const said = shown.trim()
  if (url.protocol === 'mailto:') {
    const address = addressOf(url)
    return same(said, address) || same(said, `mailto:${address}`) ? undefined : address
  }
  // A name before an @ looks like a host: `https://bank.example@evil.example/`.
  if (url.username !== '' || url.password !== '') return url.host
  const written = url.href.replace(/\/$/, '')
  const forms = [written, written.replace(/^https?:\/\//, ''), url.host, `${url.protocol}//${url.host}`]
  const words = said.replace(/\/$/, '')
  return forms.some((form) => same(words, form)) || sameTarget(words, url) ? undefined : url.host
}

/** Whether the words are a URL, or one without its scheme, that the browser reads as the target. */
function sameTarget(words: string, url: URL): boolean {
  // Anything else than ASCII may look like what it is not.
  if (!/^[\x21-\x7e]+$/.test(words) || !words.includes('.')) return false
  const whole = /^https?:\/\//i.test(words) ? words : `${url.protocol}//${words}`
  const read = safeUrl(whole)
  return read !== undefined && read.href.replace(/\/$/, '') === url.href.replace(/\/$/, '')
}

function addressOf(url: URL): string {
  const { pathname } = url
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** The id of an attachment of this session that a target names: `/api/attachments/ID` or `attachment:ID`. */
export function attachmentId(href: string): string | undefined {
  return /^(?:\/api\/attachments\/|attachment:)([0-9a-zA-Z-]{1,64})(?:\/content)?$/.exec(href.trim())?.[1]
}
