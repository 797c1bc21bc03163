import { expect, test } from 'vitest'
import { judgeNotifies, type ToldNotify } from './judge-notifies.ts'
import { Scores } from './scores.ts'

function judge(attempts: ToldNotify['attempts'], kept: string[] = ['n']) {
  const scores = new Scores()
  judgeNotifies([{ notifyId: 'n', outTradeNo: 'o', attempts }], new Set(kept), scores)
  const results = scores.results()
  return { broken: results.flatMap(({ broken }) => broken), checks: [results[10]?.checks, results[11]?.checks] }
}

test('a success of a notify that is kept breaks nothing, and is counted', () => {
  const lost = { outcome: 'failed' }
  expect(judge([lost, { outcome: 'refused', answer: 'failure' }, { outcome: 'delivered', answer: 'success' }])).toEqual(
    {
      broken: [],
      checks: [1, 0],
    },
  )
})

test('a success of a notify that is not kept is found', () => {
  expect(judge([{ outcome: 'delivered', answer: 'success' }], []).broken[0]?.what).toContain('is not in the books')
})

test('a delivery that is late or doubled is as good as any', () => {
  expect(judge([{ outcome: 'delivered', answer: 'success', fault: 'delay' }]).checks).toEqual([1, 0])
})

test('a success of a forgery is found, also where the true one is kept', () => {
  const { broken, checks } = judge([{ outcome: 'delivered', answer: 'success', fault: 'amount' }])
  expect(broken[0]?.what).toContain('a notify with amount was answered success')
  expect(checks).toEqual([0, 1])
})
