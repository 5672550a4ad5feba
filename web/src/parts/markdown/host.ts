// What a place that shows Markdown lends it: everything that reaches beyond the text.
import { createContext, type ReactNode, useContext } from 'react'

export type PreviewKind = 'html' | 'svg' | 'mermaid'

export interface MarkdownHost {
  /**
   * The address of an isolated frame, good once. `content` is left out for `mermaid`, whose source goes in by message.
   * Rejects with an error that has words for people. Absent: nothing is previewed.
   */
  openFrame?: ((kind: PreviewKind, content: string | undefined) => Promise<string>) | undefined
  /** How an image shows that names an attachment of this conversation. Absent: by its name alone. */
  attachment?: ((id: string, name: string) => ReactNode) | undefined
}

export const MarkdownHostContext = createContext<MarkdownHost>({})

export function useMarkdownHost(): MarkdownHost {
  return useContext(MarkdownHostContext)
}
