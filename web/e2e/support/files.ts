/** Files as a person brings them, and the ways to bring them: pasted, dropped. */
import { deflateSync } from 'node:zlib'
import type { Locator, Page } from '@playwright/test'

export interface TestFile {
  name: string
  mimeType: string
  buffer: Buffer
}

/** A picture of one colour, a real PNG. */
export function picture(name: string, [red, green, blue]: [number, number, number], size = 64): TestFile {
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.alloc(size * 3).map((_, at) => [red, green, blue][at % 3] ?? 0),
  ])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)))
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const buffer = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
  return { name, mimeType: 'image/png', buffer }
}

export function text(name: string, content: string, mimeType = 'text/plain'): TestFile {
  return { name, mimeType, buffer: Buffer.from(content) }
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc(body), body.length + 4)
  return framed
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

/** Pastes files into a field, as a browser does it. */
export async function paste(field: Locator, files: readonly TestFile[], plain = ''): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString('base64'),
  }))
  await field.evaluate(
    (element, { given, plain }) => {
      const data = new DataTransfer()
      for (const { name, mimeType, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
        data.items.add(new File([bytes], name, { type: mimeType }))
      }
      if (plain) data.setData('text/plain', plain)
      element.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      )
    },
    { given, plain },
  )
}

/** Drags files over the page. Gives what drops them. A size makes up a file of that many bytes. */
export async function drag(
  page: Page,
  files: readonly (TestFile | { name: string; size: number })[],
): Promise<() => Promise<void>> {
  const given = files.map((file) =>
    'size' in file
      ? file
      : { name: file.name, mimeType: file.mimeType, base64: file.buffer.toString('base64') },
  )
  const data = await page.evaluateHandle((given) => {
    const data = new DataTransfer()
    for (const file of given) {
      if ('size' in file) data.items.add(new File([new Uint8Array(file.size)], file.name))
      else {
        const bytes = Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0))
        data.items.add(new File([bytes], file.name, { type: file.mimeType }))
      }
    }
    return data
  }, given)
  const target = page.locator('main, body').first()
  await target.dispatchEvent('dragenter', { dataTransfer: data })
  await target.dispatchEvent('dragover', { dataTransfer: data })
  return () => target.dispatchEvent('drop', { dataTransfer: data })
}
