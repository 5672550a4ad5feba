import { expect, it } from 'vitest'
import { partsOf } from './context-meter'

it('tells what of the window is taken by what', () => {
  const context = { window: 1_000, estimatedTokens: 400, systemTokens: 50, questionTokens: 100, leftOut: 0 }
  expect(partsOf(context).map(({ part, tokens }) => [part, tokens])).toEqual([
    ['system', 50],
    ['history', 250],
    ['question', 100],
    ['free', 600],
  ])
})

it('counts a summary beside the messages that were sent whole', () => {
  const context = { window: 1_000, estimatedTokens: 400, systemTokens: 0, questionTokens: 100, leftOut: 0 }
  expect(
    partsOf({ ...context, summaryTokens: 80, summarized: 9 }).map(({ part, tokens }) => [part, tokens]),
  ).toEqual([
    ['summary', 80],
    ['history', 220],
    ['question', 100],
    ['free', 600],
  ])
})

it('leaves out what is nothing, and the room left where it is not known or overdrawn', () => {
  const context = { window: null, estimatedTokens: 100, systemTokens: 0, questionTokens: 100, leftOut: 0 }
  expect(partsOf(context).map(({ part }) => part)).toEqual(['question'])
  expect(partsOf({ ...context, window: 80 }).map(({ part }) => part)).toEqual(['question'])
})
