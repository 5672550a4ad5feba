// Text as it is written, with the characters that can't be seen made visible.
import type { ReactNode } from 'react'
import { withHiddenShown } from './characters'

export function Written({ text, where }: { text: string; where: 'code' | 'prose' }): ReactNode {
  const pieces = withHiddenShown(text, where)
  if (!pieces) return text
  return pieces.map((piece, index) =>
    piece.hidden ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
      <span key={index} className="md-hidden">
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  )
}
