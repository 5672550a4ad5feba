// Inline tokens to elements. No HTML of the text is ever HTML here: tags are shown as they are written.
import type { Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { decoded } from './entities'
import type { NoteRefToken } from './footnotes'
import { Link, Picture } from './link'
import type { MathToken } from './math-syntax'
import { Maths } from './maths'
import { NoteRef } from './notes'
import { inlineText } from './plain-text'
import { Written } from './written'

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
      return token.tokens ? (
        <Inline tokens={token.tokens} />
      ) : (
        <Written text={decoded(token.text)} where="prose" />
      )
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
      return (
        <code className="md-code">
          <Written text={token.text} where="code" />
        </code>
      )
    case 'br':
      return <br />
    case 'link':
      return (
        <Link href={token.href} shown={inlineText(token.tokens)}>
          <Inline tokens={token.tokens} />
        </Link>
      )
    case 'image':
      return <Picture href={token.href} name={decoded(token.text)} />
    case 'math':
      return <Maths tex={(token as MathToken).tex} display={(token as MathToken).display} />
    case 'footnoteRef':
      return <NoteRef name={(token as NoteRefToken).name} raw={token.raw} />
    case 'checkbox':
      return null
    case 'html':
      return /^<br\s*\/?>$/i.test(token.text.trim()) ? <br /> : <Written text={token.text} where="code" />
    default:
      return token.raw
  }
}
