import type { SimulatedNotify } from '@alipay-checkout/test-support'
import { expect, it } from 'vitest'
import { judgeNotifies } from './judge-notifies.ts'
import { PromiseScores } from './scores.ts'

function judge(attempts: SimulatedNotify['attempts'], storedIds: string[] = ['n']) {
  const scores = new PromiseScores()
  judgeNotifies([{ notifyId: 'n', outTradeNo: 'o', attempts }], new Set(storedIds), scores)
  const results = scores.results()
  return { broken: results.flatMap(({ broken }) => broken), checks: [results[10]?.checks, results[11]?.checks] }
}

it('accepts and counts the success of a stored notify', () => {
  const lost = { outcome: 'failed' }
  expect(judge([lost, { outcome: 'refused', answer: 'failure' }, { outcome: 'delivered', answer: 'success' }])).toEqual(
    {
      broken: [],
      checks: [1, 0],
    },
  )
})

it('finds the success of a notify that is not stored', () => {
  expect(judge([{ outcome: 'delivered', answer: 'success' }], []).broken[0]?.what).toContain('is not stored')
})

it('accepts a delayed or repeated delivery', () => {
  expect(judge([{ outcome: 'delivered', answer: 'success', fault: 'delay' }]).checks).toEqual([1, 0])
})

it('finds the success of a forgery, also where the genuine notify is stored', () => {
  const { broken, checks } = judge([{ outcome: 'delivered', answer: 'success', fault: 'amount' }])
  expect(broken[0]?.what).toContain('a notify with amount was answered success')
  expect(checks).toEqual([0, 1])
})
