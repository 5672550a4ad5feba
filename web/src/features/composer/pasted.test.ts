import { expect, it } from 'vitest'
import { filesOfPaste, isLong } from './pasted'

it('a paste is long by its characters or by its lines', () => {
  expect(isLong('a'.repeat(8_000))).toBe(false)
  expect(isLong('a'.repeat(8_001))).toBe(true)
  expect(isLong('\n'.repeat(199))).toBe(false)
  expect(isLong('\n'.repeat(200))).toBe(true)
})

it('files are taken from a paste, but not the picture of a copied passage', () => {
  const paste = (files: File[], text: string) =>
    ({
      files,
      types: text ? ['text/plain', 'Files'] : ['Files'],
      getData: () => text,
    }) as unknown as DataTransfer
  const image = new File(['x'], 'image.png', { type: 'image/png' })
  const table = new File(['x'], 'a.csv', { type: 'text/csv' })
  expect(filesOfPaste(paste([image], ''))).toEqual([image])
  expect(filesOfPaste(paste([image], 'a passage'))).toEqual([])
  expect(filesOfPaste(paste([table], 'a.csv'))).toEqual([table])
})
