// Markdown as the page's own elements; text that still grows costs only its open end.
import { useState } from 'react'
import { Blocks } from './blocks'
import { BlockLexer } from './lex'
import './markdown.css'
import './code.css'
import './table.css'

export interface MarkdownProps {
  text: string
  /** `false` while more is coming. */
  done: boolean
}

export function Markdown({ text, done }: MarkdownProps) {
  // The lexer remembers closed blocks; the same text gives the same blocks however often it is asked.
  const [lexer] = useState(() => new BlockLexer())
  return (
    <div className="md" dir="auto">
      <Blocks blocks={lexer.update(text, done)} done={done} />
    </div>
  )
}
