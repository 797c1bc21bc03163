import { expect, test } from 'vitest'
import { promises, Scores } from './scores.ts'

test('there is a result for each of the sixteen promises, and none is kept that nobody looked at', () => {
  const results = new Scores().results()
  expect(results.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
  expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['n/a']))
  expect(results.every(({ why }) => why !== undefined)).toBe(true)
  expect(Object.keys(promises)).toHaveLength(16)
})

test('looking at nothing is not looking', () => {
  const scores = new Scores()
  scores.looked(4, 'paid orders', 0)
  expect(scores.results()[3]).toMatchObject({ result: 'n/a', checks: 0, of: {} })
})

test('what was looked at is counted by kind', () => {
  const scores = new Scores()
  scores.looked(2, 'keys', 3)
  scores.looked(2, 'keys', 2)
  scores.looked(2, 'repeats', 1)
  expect(scores.results()[1]).toMatchObject({ result: 'kept', checks: 6, of: { keys: 5, repeats: 1 }, broken: [] })
})

test('one broken thing breaks the promise, however much was fine; the list is bounded and says so', () => {
  const scores = new Scores()
  scores.looked(16, 'orders', 1_000)
  for (let n = 0; n < 60; n++) scores.broke(16, `ord_${n}`, 'is gone')
  const [result] = scores.results().slice(15)
  expect(result).toMatchObject({ result: 'broken', checks: 1_000, brokenMore: 10 })
  expect(result?.broken[0]).toEqual({ about: 'ord_0', what: 'is gone' })
  expect(result?.broken).toHaveLength(50)
})
