// Conversations to measure with: the same ones each time, of the kinds of text that answers are made of.

/** A small generator of numbers that always gives the same ones. */
function dice(seed) {
  let state = seed >>> 0
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const WORDS =
  'the lease is renewed by one worker while another one reads the clock of the store and waits until the row it holds has moved on to the next turn of the queue so that nothing is lost or written twice'.split(
    ' ',
  )

function sentence(roll, length) {
  const words = Array.from({ length }, () => WORDS[Math.floor(roll() * WORDS.length)])
  return `${words[0][0].toUpperCase()}${words.join(' ').slice(1)}.`
}

function paragraph(roll) {
  return Array.from({ length: 2 + Math.floor(roll() * 3) }, () =>
    sentence(roll, 8 + Math.floor(roll() * 10)),
  ).join(' ')
}

const CODE = `export async function renew(id: LeaseId, clock: Clock): Promise<Lease> {
  const lease = await store.get(id)
  if (lease.expiresAt < clock.now()) throw new Expired(id, lease.expiresAt)
  // The check and the write are one transaction.
  return store.transaction(async (tx) => {
    const next = { ...lease, expiresAt: clock.now() + lease.ttlMs, turn: lease.turn + 1 }
    await tx.put(next)
    return next
  })
}`

const RUST = `pub async fn renew(&self, id: LeaseId) -> Result<Lease, RenewError> {
    let mut tx = self.store.begin().await?;
    let lease = tx.get(id).await?.ok_or(RenewError::Gone { id })?;
    if lease.expires_at < self.clock.now() {
        return Err(RenewError::Expired { id });
    }
    tx.put(lease.extend(self.ttl)).await?;
    tx.commit().await?;
    Ok(lease)
}`

const TABLE = `| Step | Before | After | Note |
| :--- | ---: | ---: | --- |
| read | 12.4 ms | 3.1 ms | one query |
| check | 0.2 ms | 0.2 ms | unchanged |
| write | 8.9 ms | 4.0 ms | \`BEGIN IMMEDIATE\` |
| publish | 1.1 ms | 0.4 ms | after the commit |`

const TASKS = `- [x] reproduce the race
- [x] move check and write into one transaction
- [ ] measure under load
  - with 20 streams
  - with 200 streams`

/** Messages of a conversation of \`count\`, oldest first, on one branch. */
export function history(sessionId, count, now = Date.now()) {
  const roll = dice(7)
  const messages = []
  for (let index = 0; index < count; index++) {
    const user = index % 2 === 0
    const at = now - (count - index) * 60_000
    messages.push({
      id: id(index),
      sessionId,
      role: user ? 'user' : 'assistant',
      content: user ? sentence(roll, 14) : answer(roll),
      createdAt: at,
      updatedAt: at,
      status: 'done',
      revision: 1,
      ...(index > 0 ? { parentId: id(index - 1) } : {}),
      ...(user ? {} : { providerId: 'bench', modelId: 'fast' }),
    })
  }
  return messages
}

function answer(roll) {
  const parts = [paragraph(roll)]
  const kind = roll()
  if (kind < 0.22) parts.push(`\`\`\`ts\n${CODE}\n\`\`\``)
  else if (kind < 0.3) parts.push(TABLE)
  else if (kind < 0.45) parts.push(TASKS)
  parts.push(paragraph(roll))
  return parts.join('\n\n')
}

/** One long answer of prose, tables, tasks, maths and code, as \`tokens\` pieces of about four characters. */
export function longAnswer(tokens) {
  const roll = dice(11)
  let text = ''
  let section = 0
  while (text.length < tokens * 4) {
    section += 1
    text += `## Part ${section}\n\n${paragraph(roll)} **It holds** because \`turn\` only grows, see [the log](https://example.org/log).\n\n`
    text += `${[TABLE, TASKS, `\`\`\`ts\n${CODE}\n\`\`\``, `\`\`\`rust\n${RUST}\n\`\`\``, 'With $n$ writers the wait is $O(n \\log n)$.'][section % 5]}\n\n${paragraph(roll)}\n\n`
  }
  const length = tokens * 4
  return Array.from({ length: tokens }, (_, index) => text.slice(index * 4, index * 4 + 4)).filter(
    (piece, index) => piece && index * 4 < length,
  )
}

export function id(index) {
  return `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
}
