// Writes a .br and a .gz beside each text asset of the built page, for the server to send as they are.
//
// Only dist/assets: its names carry a hash of their content, so a compressed file can't outlive its source.
// index.html is left alone, since every response of it carries a fresh nonce. What isolated frames run is packed with
// gzip alone, which every browser reads: it is large, and the plain file is not embedded.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const TEXT = new Set(['.css', '.js', '.json', '.map', '.mjs', '.svg', '.txt', '.wasm', '.xml'])
/** Below this a compressed copy saves no packet. */
const SMALLEST_BYTES = 1024

const frames = join(import.meta.dirname, '..', 'dist', 'frames')
const program = await readFile(join(frames, 'mermaid.js'))
const packed = await promisify(gzip)(program, { level: 9 })
await writeFile(join(frames, 'mermaid.js.gz'), packed)

const assets = join(import.meta.dirname, '..', 'dist', 'assets')
const names = await readdir(assets, { recursive: true })
const texts = names.filter((name) => TEXT.has(extname(name)))

let before = 0
let after = 0
for (const name of texts) {
  const path = join(assets, name)
  const content = await readFile(path)
  if (content.length < SMALLEST_BYTES) continue
  const br = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  })
  await writeFile(`${path}.br`, br)
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
  before += content.length
  after += br.length
}
console.log(
  `compressed ${texts.length} assets: ${Math.round(before / 1024)} kB to ${Math.round(after / 1024)} kB (br)`,
)
console.log(
  `compressed the program of drawing frames: ${Math.round(program.length / 1024)} kB to ${Math.round(packed.length / 1024)} kB (gzip)`,
)
