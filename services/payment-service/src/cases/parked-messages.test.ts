import type { ParkedRecord } from '@alipay-checkout/messaging'
import { expect, test } from 'vitest'
import { caseOfParked } from './parked-messages.ts'

const orderId = `ord_${'0'.repeat(32)}`
const parked: ParkedRecord = {
  id: '2/17',
  groupId: 'order-service',
  reason: 'PaymentSucceeded: no such order',
  parkedAt: '2026-01-02T03:04:05.000Z',
  topic: 'payment.events',
  partition: '2',
  offset: '40',
  type: 'PaymentSucceeded',
  key: orderId,
  value: '{}',
}

test('a parked message about money is a case that names its order and how to give it back', () => {
  expect(caseOfParked(parked)).toMatchObject({
    key: 'parked_message:order-service:2/17',
    orderId,
    summary: expect.stringContaining('PaymentSucceeded: no such order'),
    evidence: { offset: '40' },
    proposal: { action: 'none', why: expect.stringContaining('dlq -- redrive order-service 2/17') },
  })
})

test.each<[string, Partial<ParkedRecord>]>([
  ['one that can not be read, of payment', { type: undefined, key: 'x' }],
  ['whatever payment-service could not handle', { groupId: 'payment-service', topic: 'order.events' }],
  ['one that has been through the retry topic', { groupId: 'payment-service', topic: 'payment-service.retry' }],
])('so is %s', (_name, change) => {
  expect(caseOfParked({ ...parked, ...change })).toBeDefined()
})

test("a message about stock is nobody's case here", () => {
  expect(caseOfParked({ ...parked, topic: 'inventory.events', type: 'StockReserved' })).toBeUndefined()
})
