import { expect, test } from 'vitest'
import type { LoggedEvent } from './events.ts'
import { countRepeats, judgeEvents, type Published } from './judge-events.ts'
import { Scores } from './scores.ts'

const published: Published = {
  orders: [{ orderId: 'o', status: 'PAID' }],
  trades: [{ orderId: 'o', outTradeNo: 'o' }],
  refunds: [{ orderId: 'o', refundId: 'r' }],
}

const event = (type: string, offset: number, rest: Partial<LoggedEvent> = {}): LoggedEvent => ({
  topic: 'order.events',
  partition: 0,
  offset,
  key: 'o',
  type,
  id: `${type}-${offset}`,
  data: {},
  ...rest,
})

const log: LoggedEvent[] = [
  event('OrderCreated', 0),
  event('PaymentSucceeded', 0, { topic: 'payment.events', data: { outTradeNo: 'o' } }),
  event('OrderPaid', 1),
  event('PaymentRefunded', 1, { topic: 'payment.events', data: { refundId: 'r' } }),
]

function judge(events: readonly LoggedEvent[], books = published) {
  const scores = new Scores()
  judgeEvents(events, books, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

test('a log that has everything once breaks nothing', () => {
  expect(judge(log)).toEqual([])
})

test('a record that comes twice with one id is a repeat, and breaks nothing', () => {
  const twice = [...log, { ...(log[2] as LoggedEvent), offset: 2 }]
  expect(judge(twice)).toEqual([])
  expect([countRepeats(log), countRepeats(twice)]).toEqual([0, 1])
})

test.each(log.map(({ type }, index) => [type, index] as const))('a lost %s is found', (type, index) => {
  expect(judge(log.toSpliced(index, 1)).join()).toContain(`${type} was never published`)
})

test('the same said twice, as two events, is found', () => {
  expect(judge([...log, event('OrderPaid', 5)])).toEqual(['8 o OrderPaid was said 2 times, with as many ids'])
})

test('a closed order that never said so is found', () => {
  const books = { orders: [{ orderId: 'o', status: 'EXPIRED' }], trades: [], refunds: [] }
  expect(judge([event('OrderCreated', 0)], books)).toEqual(['7 o it is EXPIRED, and OrderExpired was never published'])
})

test('an order that is told of before it exists is found', () => {
  const late = log.map(one => (one.type === 'OrderCreated' ? { ...one, offset: 9 } : one))
  expect(judge(late)).toEqual(['7 o OrderPaid was published before OrderCreated'])
})
