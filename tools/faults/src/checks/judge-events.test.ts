import { expect, it } from 'vitest'
import type { RecordedEvent } from './events.ts'
import { countRepeats, judgeEvents, type Published } from './judge-events.ts'
import { PromiseScores } from './scores.ts'

const published: Published = {
  orders: [{ orderId: 'o', status: 'PAID' }],
  trades: [{ orderId: 'o', outTradeNo: 'o' }],
  refunds: [{ orderId: 'o', refundId: 'r' }],
}

const event = (type: string, offset: number, rest: Partial<RecordedEvent> = {}): RecordedEvent => ({
  topic: 'order.events',
  partition: 0,
  offset,
  key: 'o',
  type,
  id: `${type}-${offset}`,
  data: {},
  ...rest,
})

const log: RecordedEvent[] = [
  event('OrderCreated', 0),
  event('PaymentSucceeded', 0, { topic: 'payment.events', data: { outTradeNo: 'o' } }),
  event('OrderPaid', 1),
  event('PaymentRefunded', 1, { topic: 'payment.events', data: { refundId: 'r' } }),
]

function judge(events: readonly RecordedEvent[], databases = published) {
  const scores = new PromiseScores()
  judgeEvents(events, databases, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

it('accepts a log that has every event once', () => {
  expect(judge(log)).toEqual([])
})

it('accepts a record that comes twice with one id, as a repeat', () => {
  const twice = [...log, { ...(log[2] as RecordedEvent), offset: 2 }]
  expect(judge(twice)).toEqual([])
  expect([countRepeats(log), countRepeats(twice)]).toEqual([0, 1])
})

it.each(log.map(({ type }, index) => [type, index] as const))('finds a lost %s', (type, index) => {
  expect(judge(log.toSpliced(index, 1)).join()).toContain(`${type} was never published`)
})

it('finds one change published as two events', () => {
  expect(judge([...log, event('OrderPaid', 5)])).toEqual(['8 o OrderPaid was published 2 times with different ids'])
})

it('finds a closed order without its event', () => {
  const published = { orders: [{ orderId: 'o', status: 'EXPIRED' }], trades: [], refunds: [] }
  expect(judge([event('OrderCreated', 0)], published)).toEqual([
    '7 o it is EXPIRED, and OrderExpired was never published',
  ])
})

it('finds an event of an order before OrderCreated', () => {
  const late = log.map(one => (one.type === 'OrderCreated' ? { ...one, offset: 9 } : one))
  expect(judge(late)).toEqual(['7 o OrderPaid was published before OrderCreated'])
})
