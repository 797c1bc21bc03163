import { describe, expect, it } from 'vitest'
import { orderIn, payment, type StateName, states } from '../test-orders.ts'
import type { HistoryEntry } from './decide-all.ts'
import type { Fulfilment, Order, OrderShipment } from './order-state.ts'
import { decideRecipient } from './recipient-retention.ts'

const dayMs = 24 * 60 * 60 * 1_000
const retention = { recipientDays: 90, completeAfterDays: 15 }
const now = new Date('2026-11-23T03:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)
const tomorrow = { delete: false, checkAt: daysAgo(-1) }

const entry = (to: Order['status'], days: number, change: Partial<HistoryEntry> = {}): HistoryEntry => ({
  at: daysAgo(days).toISOString(),
  from: 'PENDING_PAYMENT',
  to,
  events: [],
  cause: 'test',
  ...change,
})

function decide(order: Order, history: readonly HistoryEntry[] = [], updatedAt = daysAgo(1_000)) {
  return decideRecipient(order, { history, updatedAt, now }, retention)
}

const shipment = (shippedDays: number, deliveredDays?: number): OrderShipment => ({
  shipmentId: 'shp_1',
  carrier: 'SF',
  trackingNumber: '1',
  lines: [],
  by: 'warehouse',
  shippedAt: daysAgo(shippedDays).toISOString(),
  ...(deliveredDays === undefined ? {} : { deliveredAt: daysAgo(deliveredDays).toISOString() }),
})
const paid = (status: Fulfilment['status'], ...shipments: OrderShipment[]): Order => ({
  ...orderIn('PAID'),
  fulfilment: { status, shipments },
})

describe.each(Object.keys(states) as StateName[])('the recipient of an order that is %s', state => {
  const order = orderIn(state)
  const isOver = ['EXPIRED', 'CANCELLED', 'REJECTED', 'REFUNDED'].includes(order.status)

  it(isOver ? 'is deleted 90 days after the end' : 'is kept and looked at again in a day', () => {
    const decideAfter = (days: number) => decide(order, [entry(order.status, days)])
    expect(decideAfter(91)).toEqual(isOver ? { delete: true } : tomorrow)
    expect(decideAfter(90)).toEqual(isOver ? { delete: true } : tomorrow)
    expect(decideAfter(89)).toEqual(tomorrow)
    expect(decideAfter(89.5)).toEqual(isOver ? { delete: false, checkAt: daysAgo(-0.5) } : tomorrow)
  })
})

it('does not count a later change of an order that has ended', () => {
  const refundOfLatePayment = entry('EXPIRED', 10, { from: 'EXPIRED' })
  expect(decide(orderIn('EXPIRED'), [entry('EXPIRED', 100), refundOfLatePayment])).toEqual({ delete: true })
  expect(decide(orderIn('EXPIRED'), [], daysAgo(10))).toEqual(tomorrow)
})

describe('the recipient of a paid order', () => {
  it('is deleted 90 days after the completion', () => {
    const completed = (days: number) => entry('PAID', days, { from: 'PAID', events: ['OrderCompleted'] })
    const order = paid('COMPLETED', shipment(500, 499))
    expect(decide(order, [completed(90), entry('PAID', 1, { from: 'PAID' })])).toEqual({ delete: true })
    expect(decide(order, [completed(89)])).toEqual(tomorrow)
    expect(decide(order, [], daysAgo(91))).toEqual({ delete: true })
  })

  it('is deleted 15 + 90 days after the last shipment where no delivery is reported', () => {
    expect(decide(paid('SHIPPED', shipment(300), shipment(105)))).toEqual({ delete: true })
    expect(decide(paid('SHIPPED', shipment(300), shipment(104)))).toEqual(tomorrow)
    expect(decide(paid('DELIVERED', shipment(300, 105)))).toEqual({ delete: true })
    expect(decide(paid('DELIVERED', shipment(300, 104.5)))).toEqual({ delete: false, checkAt: daysAgo(-0.5) })
  })

  it('is deleted 90 days after every unit was refunded, though the shipping fee is kept', () => {
    const refund = { refundId: 'ref_1', reason: 'requested', progress: 'done', ...payment } as const
    const refundOf = (quantity: number) => ({ ...refund, at: '', lines: [{ sku: 'tea-01', quantity }] })
    const order = (quantity: number) => ({ ...paid('UNFULFILLED'), refunds: [refundOf(quantity)] })
    const done = (days: number) => entry('PAID', days, { from: 'PAID', events: ['OrderRefunded'] })
    expect(decide(order(2), [done(90), entry('PAID', 1, { from: 'PAID' })])).toEqual({ delete: true })
    expect(decide(order(2), [done(89)])).toEqual(tomorrow)
    expect(decide(order(1), [done(90)])).toEqual(tomorrow)
  })

  it('is kept while something is to be shipped', () => {
    expect(decide(paid('UNFULFILLED'))).toEqual(tomorrow)
    expect(decide(paid('PARTIALLY_SHIPPED', shipment(1_000)))).toEqual(tomorrow)
  })
})

it('is deleted at once with a retention of 0', () => {
  const none = { recipientDays: 0, completeAfterDays: 0 }
  const facts = { history: [], updatedAt: now, now }
  expect(decideRecipient(orderIn('CANCELLED'), facts, none)).toEqual({ delete: true })
  expect(decideRecipient(paid('SHIPPED', shipment(0)), facts, none)).toEqual({ delete: true })
  expect(decideRecipient(orderIn('PAID'), facts, none)).toEqual(tomorrow)
})
