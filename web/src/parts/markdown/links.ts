// Which link targets are followed: http, https and mailto, nothing else.
const SAFE = new Set(['http:', 'https:', 'mailto:'])

/** The target as the browser will read it, or `undefined` when it must not be a link. */
export function safeHref(href: string): string | undefined {
  // Without a scheme it would lead into this page's own paths.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(href.trim())) return undefined
  try {
    const url = new URL(href.trim())
    return SAFE.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}
