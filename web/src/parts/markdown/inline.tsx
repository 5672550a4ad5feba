// Inline tokens to elements. No HTML of the text is ever HTML here: tags are shown as they are written.
import { Image } from 'lucide-react'
import type { Token, Tokens } from 'marked'
import { type ReactNode, useMemo } from 'react'
import { useWords } from '../../i18n'
import { decoded } from './entities'
import { safeHref } from './links'
import type { MathToken } from './math-syntax'
import { Maths } from './maths'

export function Inline({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode {
  return tokens?.map((token, index) => (
    // Inline tokens have no identity of their own: the place is all there is.
    // biome-ignore lint/suspicious/noArrayIndexKey: the list is made anew as a whole
    <Piece key={index} token={token as Tokens.Generic} />
  ))
}

function Piece({ token }: { token: Tokens.Generic }): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : decoded(token.text)
    case 'escape':
      return token.text
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      )
    case 'codespan':
      return <code className="md-code">{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return (
        <Link href={token.href}>
          <Inline tokens={token.tokens} />
        </Link>
      )
    case 'image':
      return <RemoteImage href={token.href} name={token.text} />
    case 'math':
      return <Maths tex={(token as MathToken).tex} display={(token as MathToken).display} />
    case 'checkbox':
      return null
    case 'html':
      return /^<br\s*\/?>$/i.test(token.text.trim()) ? <br /> : token.text
    default:
      return token.raw
  }
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const target = useMemo(() => safeHref(decoded(href)), [href])
  if (target === undefined) return <span className="md-unlinked">{children}</span>
  return (
    <a className="md-link" href={target} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

/** Fetching it would tell its server that the answer was read: it is named and can be opened. */
function RemoteImage({ href, name }: { href: string; name: string }) {
  const words = useWords()
  const target = safeHref(decoded(href))
  const label = words('markdown.image', { name: name || words('markdown.unnamedImage') })
  const inner = (
    <>
      <Image size={14} aria-hidden />
      {label}
    </>
  )
  if (target === undefined || target.startsWith('mailto:')) return <span className="md-image">{inner}</span>
  return (
    <a className="md-image" href={target} target="_blank" rel="noopener noreferrer nofollow">
      {inner}
    </a>
  )
}
