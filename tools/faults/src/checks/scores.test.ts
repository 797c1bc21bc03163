import { promises } from '@alipay-checkout/audit'
import { expect, it } from 'vitest'
import { PromiseScores } from './scores.ts'

it('has a result for each of the seventeen promises, and none is kept without a check', () => {
  const results = new PromiseScores().results()
  expect(results.map(({ number }) => number)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1))
  expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['n/a']))
  expect(results.every(({ why }) => why !== undefined)).toBe(true)
  expect(Object.keys(promises)).toHaveLength(17)
})

it('does not take a count of zero for a check', () => {
  const scores = new PromiseScores()
  scores.checked(4, 'paid orders', 0)
  expect(scores.results()[3]).toMatchObject({ result: 'n/a', checks: 0, of: {} })
})

it('counts checks by kind', () => {
  const scores = new PromiseScores()
  scores.checked(2, 'keys', 3)
  scores.checked(2, 'keys', 2)
  scores.checked(2, 'repeats', 1)
  expect(scores.results()[1]).toMatchObject({ result: 'kept', checks: 6, of: { keys: 5, repeats: 1 }, broken: [] })
})

it('takes a promise as broken by one of many, and bounds the list', () => {
  const scores = new PromiseScores()
  scores.checked(16, 'orders', 1_000)
  for (let n = 0; n < 60; n++) scores.broken(16, `ord_${n}`, 'is gone')
  const [result] = scores.results().slice(15)
  expect(result).toMatchObject({ result: 'broken', checks: 1_000, brokenMore: 10 })
  expect(result?.broken[0]).toEqual({ about: 'ord_0', what: 'is gone' })
  expect(result?.broken).toHaveLength(50)
})
