import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import { ApiError } from '../api/error'
import type { ChatAttachmentRef } from '../api/types'
import type { uploadFile } from '../api/upload'

const LIMITS = { fileBytes: 10, filesPerMessage: 2, sessionBytes: 100, imagePixels: 1 }
const file = (name: string, content = 'hello') => new File([content], name, { type: 'text/plain' })
const reference = (id: string): ChatAttachmentRef => ({
  id,
  kind: 'file',
  name: `${id}.txt`,
  sizeBytes: 5,
  mimeType: 'text/plain',
  storageUri: `/api/attachments/${id}`,
  sha256: '',
})
/** What a page knows that was just loaded. */
const fresh = async () => {
  vi.resetModules()
  return await import('./draft-files')
}
type Drafts = Awaited<ReturnType<typeof fresh>>

/** The files of a draft as they are stored. */
const stored = (draft: string) =>
  JSON.parse(localStorage.getItem(`cowork.files.${draft}`) ?? '[]') as { id: string; state: string }[]
const states = (draft: string) => stored(draft).map(({ state }) => state)

let drafts: Drafts
let send: MockInstance<typeof uploadFile>

beforeEach(async () => {
  drafts = await fresh()
  send = vi.spyOn(await import('../api/upload'), 'uploadFile')
})

afterEach(() => {
  vi.restoreAllMocks()
})

test('a file is refused in words before anything is uploaded', () => {
  const refused = drafts.attachFiles('s', [file('a', ''), file('b', '12345678901')], LIMITS)
  expect(refused).toEqual([
    { why: 'empty', name: 'a' },
    { why: 'tooLarge', name: 'b', limit: 10 },
  ])
  send.mockReturnValue(new Promise(() => undefined))
  expect(drafts.attachFiles('s', [file('c'), file('d'), file('e')], LIMITS)).toEqual([
    { why: 'tooMany', name: 'e', limit: 2 },
  ])
})

test('an upload ends in the draft, and goes with the message', async () => {
  send.mockResolvedValue(reference('1'))
  drafts.attachFiles('s', [file('a.txt')], LIMITS)
  await vi.waitFor(() => expect(states('s')).toEqual(['uploaded']))
  expect(drafts.takeFiles('s')).toEqual([reference('1')])
  expect(stored('s')).toEqual([])
})

test('a failed upload is tried again under its own id', async () => {
  send.mockRejectedValueOnce(ApiError.network())
  drafts.attachFiles('s', [file('a.txt')], LIMITS)
  await vi.waitFor(() => expect(states('s')).toEqual(['failed']))
  send.mockResolvedValueOnce(reference('1'))
  const [failed] = stored('s')
  drafts.retryFile('s', failed?.id ?? '')
  await vi.waitFor(() => expect(states('s')).toEqual(['uploaded']))
  expect(new Set(send.mock.calls.map(([, request]) => request)).size).toBe(1)
})

test('one that is removed on its way is cut off; one that is up is thrown away', async () => {
  let signal: AbortSignal | undefined
  send.mockImplementationOnce((...call) => {
    signal = call[4].signal
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal?.reason)))
  })
  drafts.attachFiles('s', [file('a.txt')], LIMITS)
  await vi.waitFor(() => expect(signal).toBeDefined())
  drafts.removeFile('s', stored('s')[0]?.id ?? '')
  expect(signal?.aborted).toBe(true)
  expect(stored('s')).toEqual([])

  const { api: fresher } = await import('../api/routes')
  const discard = vi.spyOn(fresher, 'discardAttachment').mockResolvedValue()
  send.mockResolvedValueOnce(reference('2'))
  drafts.attachFiles('s', [file('b.txt')], LIMITS)
  await vi.waitFor(() => expect(states('s')).toEqual(['uploaded']))
  drafts.removeFile('s', stored('s')[0]?.id ?? '')
  expect(discard).toHaveBeenCalledWith('2')
})

test('a new chat uploads nothing before it is a session, then all, and what is up stays up', async () => {
  drafts.attachFiles('new', [file('a.txt'), file('b.txt')], LIMITS)
  expect(states('new')).toEqual(['kept', 'kept'])
  expect(send).not.toHaveBeenCalled()
  send.mockResolvedValueOnce(reference('1')).mockRejectedValueOnce(ApiError.network())
  await expect(drafts.uploadKept('made')).rejects.toMatchObject({ code: 'network' })
  expect(states('new')).toEqual(['uploaded', 'failed'])
  send.mockResolvedValueOnce(reference('2'))
  expect(await drafts.uploadKept('made')).toEqual([reference('1'), reference('2')])
  expect(send).toHaveBeenCalledTimes(3)
  expect(new Set(send.mock.calls.map(([session]) => session))).toEqual(new Set(['made']))
})

test('a page that ended in mid-upload goes on with it; a file that nobody kept is told', async () => {
  send.mockReturnValue(new Promise(() => undefined))
  drafts.attachFiles('s', [file('a.txt')], LIMITS)
  await vi.waitFor(() => expect(states('s')).toEqual(['uploading']))
  const later = await fresh()
  // jsdom has no IndexedDB: what the page held in memory is gone with it.
  later.retryFile('s', stored('s')[0]?.id ?? '')
  await vi.waitFor(() => expect(states('s')).toEqual(['failed']))
  expect(JSON.stringify(stored('s'))).toContain('Attach it again')
})
