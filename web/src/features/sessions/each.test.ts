import { expect, it } from 'vitest'
import { each } from './each'

it('goes through all, a few at a time, and tells what failed and why the first did', async () => {
  let running = 0
  let most = 0
  const steps: number[] = []
  const act = async (item: number) => {
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    if (item % 4 === 3) throw new Error(`no ${item}`)
  }
  const outcome = await each([0, 1, 2, 3, 4, 5, 6, 7], act, (tried) => steps.push(tried))
  expect(outcome.done.sort()).toEqual([0, 1, 2, 4, 5, 6])
  expect(outcome.failed).toEqual([3, 7])
  expect(outcome.reason).toEqual(new Error('no 3'))
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(most).toBe(4)
})

it('with nothing to do nothing is done', async () => {
  expect(await each([], () => Promise.reject(new Error('never')))).toEqual({
    done: [],
    failed: [],
    reason: undefined,
  })
})
