import { describe, expect, test } from 'vitest'
import { attachmentId, hostBeside, hostOf, safeHref } from './links'

describe('what stands beside a link', () => {
  test.each([
    ['https://example.org/docs', 'docs', 'example.org'],
    ['https://example.org/docs', 'https://example.org/docs', undefined],
    ['https://example.org/docs/', 'example.org/docs', undefined],
    ['https://example.org/', 'example.org', undefined],
    ['https://example.org/', 'Example.ORG', undefined],
    ['https://example.org/docs', 'example.org', undefined],
    ['http://www.example.org/', 'www.example.org', undefined],
    ['https://example.org:8443/', 'example.org', 'example.org:8443'],
    ['https://evil.example/', 'bank.example', 'evil.example'],
    ['https://evil.example/', 'https://bank.example', 'evil.example'],
    ['https://bank.example.evil.example/', 'bank.example', 'bank.example.evil.example'],
    // A name before an @ is no host, whatever the words say.
    ['https://bank.example@evil.example/', 'https://bank.example@evil.example/', 'evil.example'],
    ['https://bank.example:pw@evil.example/', 'bank', 'evil.example'],
    // Cyrillic letters that look like Latin ones.
    ['https://\u0430pple.example/', 'apple.example', 'xn--pple-43d.example'],
    ['https://\u0430pple.example/', 'https://\u0430pple.example/', 'xn--pple-43d.example'],
    // Letters of full width are read as plain ones: the words are not the address.
    ['https://\uff45vil.example/', '\uff45vil.example', 'evil.example'],
    ['https://example.org/a', 'https://example.org/b', 'example.org'],
    ['https://example.org/', '', 'example.org'],
    ['mailto:me@example.org', 'me@example.org', undefined],
    ['mailto:me@example.org?subject=x', 'write to us', 'me@example.org'],
    ['mailto:me@evil.example', 'me@bank.example', 'me@evil.example'],
  ])('%s as “%s”: %s', (href, shown, expected) => {
    expect(hostBeside(href, shown)).toBe(expected)
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '/api/sessions',
    'blob:http://x/y',
    'ftp://example.org',
  ])('%s is no link', (href) => {
    expect(safeHref(href)).toBeUndefined()
    expect(hostOf(href)).toBeUndefined()
    expect(hostBeside(href, 'x')).toBeUndefined()
  })
})

test.each([
  ['/api/attachments/01a2-b3', '01a2-b3'],
  ['/api/attachments/01a2-b3/content', '01a2-b3'],
  ['attachment:01a2', '01a2'],
  ['/api/attachments/../sessions', undefined],
  ['https://evil.example/api/attachments/01a2', undefined],
  ['/api/attachments/', undefined],
])('%s names the attachment %s', (href, id) => {
  expect(attachmentId(href)).toBe(id)
})
