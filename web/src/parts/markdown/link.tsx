// Links and pictures of a text. A reader sees where they lead before anything is fetched.
import { Image } from 'lucide-react'
import { createContext, type ReactNode, useContext } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../../i18n'
import { useSessionMeta } from '../../state'
import { decoded } from './entities'
import { useMarkdownHost } from './host'
import { attachmentId, hostBeside, hostOf, safeHref } from './links'
import { mentioned } from './mentions'
import { Written } from './written'

/** A link within a link is none: a picture in one is part of its words. */
export const InLink = createContext(false)

/** `shown`: its words, as plain text. */
export function Link({ href, shown, children }: { href: string; shown: string; children: ReactNode }) {
  const target = safeHref(decoded(href))
  const within = useContext(InLink)
  const session = mentioned(decoded(href), shown)
  if (session !== undefined && !within) return <Mention session={session} shown={shown} />
  if (target === undefined || within) return <span className="md-unlinked">{children}</span>
  return (
    <Leading className="md-link" target={target}>
      <InLink value={true}>{children}</InLink>
      <Host name={hostBeside(target, shown)} />
    </Leading>
  )
}

/** A session of this page: plain words behind an @, and no form that another link has. */
function Mention({ session, shown }: { session: string; shown: string }) {
  const words = useWords()
  const [, navigate] = useLocation()
  const title = useSessionMeta(session)?.title
  const path = `/s/${session}`
  return (
    <a
      className="md-mention"
      href={path}
      title={words('markdown.mention', { title: title || shown.slice(1) })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        navigate(path)
      }}
    >
      <Written text={shown} where="prose" />
    </a>
  )
}

/** A picture: one of this conversation is shown, any other is named, since fetching it would tell its server. */
export function Picture({ href, name }: { href: string; name: string }) {
  const { attachment } = useMarkdownHost()
  const words = useWords()
  const within = useContext(InLink)
  const id = attachmentId(decoded(href))
  if (id !== undefined && attachment && !within) return attachment(id, name)
  const target = safeHref(decoded(href))
  const host = id === undefined && target ? hostOf(target) : undefined
  const inner = (
    <>
      <Image size={14} aria-hidden />
      <span>
        <Written
          text={words('markdown.image', { name: name || words('markdown.unnamedImage') })}
          where="prose"
        />
        {id === undefined ? <Host name={host} /> : <Host name={words('markdown.attachment')} />}
      </span>
    </>
  )
  if (within || target === undefined || target.startsWith('mailto:')) {
    return <span className="md-image">{inner}</span>
  }
  return (
    <Leading className="md-image" target={target}>
      {inner}
    </Leading>
  )
}

/** In a tab of its own, which learns neither where it was opened nor by whom. */
function Leading({
  className,
  target,
  children,
}: {
  className: string
  target: string
  children: ReactNode
}) {
  return (
    <a
      className={className}
      href={target}
      target="_blank"
      rel="noopener noreferrer nofollow"
      referrerPolicy="no-referrer"
    >
      {children}
    </a>
  )
}

function Host({ name }: { name: string | undefined }): ReactNode {
  return name === undefined ? null : <span className="md-host"> ({name})</span>
}
