/** A conversation far longer than what is loaded at first. */
import type { Cowork } from './cowork'

/** A session with a long active branch, and beside it a short one that forks off at its beginning. */
export async function longSession(cowork: Cowork, length: number): Promise<string> {
  const made = (await (await cowork.api('POST', '/api/sessions', { title: 'Long talk' })).json()) as {
    id: string
  }
  const exported = await cowork.api('GET', `/api/sessions/${made.id}/export?format=json`)
  const file = (await exported.json()) as { session: object }
  const id = (number: number) => `0190a1b2-c3d4-7000-8000-${String(number).padStart(12, '0')}`
  const message = (number: number, parent: number | null, content: string) => ({
    id: id(number),
    sessionId: made.id,
    role: number % 2 === 0 ? 'user' : 'assistant',
    content,
    createdAt: 1_750_000_000_000 + number,
    updatedAt: 1_750_000_000_000 + number,
    status: 'done',
    revision: 1,
    ...(parent === null ? {} : { parentId: id(parent) }),
  })
  const special: Record<number, string> = {
    11: 'Far up, **zirconium** is named.',
    12: 'A lanternfish, and another Lanternfish.',
    800: 'In the middle a `lanternfish`.',
    1490: 'At the end: LANTERNFISHES.',
  }
  const messages = Array.from({ length }, (_, number) =>
    message(number, number === 0 ? null : number - 1, special[number] ?? `Message ${number} of many.`),
  )
  messages.push(message(length + 1, 4, 'Only this version knows the heliotrope.'))
  const session = { ...file.session, activeLeafId: id(length - 1) }
  const imported = await cowork.api('POST', '/api/sessions/import', { ...file, session, messages })
  await cowork.api('DELETE', `/api/sessions/${made.id}`)
  return ((await imported.json()) as { id: string }).id
}
