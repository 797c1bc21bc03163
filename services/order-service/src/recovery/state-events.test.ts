import { expect, it } from 'vitest'
import { orderIn, type StateName } from '../test-orders.ts'
import { openRefundRequests, stateEvents } from './state-events.ts'

const typesOf = (state: StateName) => stateEvents(orderIn(state)).map(({ type }) => type)

it.each<[state: StateName, types: string[]]>([
  ['RESERVING', ['OrderCreated']],
  ['PENDING_PAYMENT', ['OrderCreated']],
  ['CLOSING expired', ['OrderCreated', 'OrderClosing']],
  ['CLOSING unreserved', ['OrderCreated', 'OrderClosing']],
  ['EXPIRED', ['OrderCreated', 'OrderClosing', 'OrderExpired']],
  ['CANCELLED', ['OrderCreated', 'OrderClosing', 'OrderCancelled']],
  ['REJECTED', ['OrderCreated', 'OrderRejected']],
  ['REINSTATING from EXPIRED', ['OrderCreated', 'OrderReinstating']],
  ['PAID', ['OrderCreated', 'OrderReinstating', 'OrderPaid']],
  ['REFUNDED', ['OrderCreated', 'OrderClosing', 'OrderPaid']],
])('republishes an order that is %s as %s', (state, types) => {
  expect(typesOf(state)).toEqual(types)
})

it('requests again only the refunds that the order requested and whose end it does not know', () => {
  expect(openRefundRequests(orderIn('EXPIRED, refund requested')).map(({ type }) => type)).toEqual(['RefundRequested'])
  const order = orderIn('EXPIRED, refund requested')
  const done = { ...order, refunds: order.refunds.map(refund => ({ ...refund, progress: 'done' as const })) }
  expect(openRefundRequests(done)).toEqual([])
  const bySomeone = { ...order, refunds: order.refunds.map(refund => ({ ...refund, reason: 'requested' as const })) }
  expect(openRefundRequests(bySomeone)).toEqual([])
})
