// A table: it scrolls on its own, and its cells can be taken along.
import type { Tokens } from 'marked'
import { useWords } from '../../i18n'
import { CopyTool } from './copy-tool'
import { Inline } from './inline'
import { tableTsv } from './plain-text'

export function Table({ table }: { table: Tokens.Table }) {
  const words = useWords()
  return (
    <figure className="md-table">
      <section
        className="md-table__well"
        aria-label={words('markdown.table')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              {table.header.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place
                <th key={index} scope="col" className={alignClass(cell.align)}>
                  <Inline tokens={cell.tokens} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
              <tr key={index}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place
                  <td key={column} className={alignClass(cell.align)}>
                    <Inline tokens={cell.tokens} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <figcaption className="md-table__tools">
        <CopyTool label={words('markdown.copyTsv')} text={() => tableTsv(table)} />
        <CopyTool label={words('markdown.copyMarkdown')} text={() => table.raw.trim()} />
      </figcaption>
    </figure>
  )
}

function alignClass(align: 'left' | 'right' | 'center' | null): string | undefined {
  return align && align !== 'left' ? `md-${align}` : undefined
}
