/**
 * Mentions of sessions: how one is written in a message, and what a link's target names. Pure.
 *
 * Always true: whatever the title, the text is one link whose words are `@` and the title; the server reads it the same
 * way (`mention.rs` of the engine).
 */

const TARGET = /^cowork:session\/([0-9A-Za-z-]{1,64})$/
/** What Markdown would read as more than text, or as the end of the words. */
const MARKS = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g

/** A mention as Markdown. */
export function mentionOf(id: string, title: string): string {
  const words = title.trim().replaceAll(/\s+/g, ' ').replaceAll(MARKS, '\\$&')
  return `[@${words}](cowork:session/${id})`
}

/** The session that a link names, when its words say that it is a mention. */
export function mentioned(href: string, shown: string): string | undefined {
  return shown.startsWith('@') ? TARGET.exec(href)?.[1] : undefined
}
