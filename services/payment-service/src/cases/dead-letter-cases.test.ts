import type { DeadLetteredRecord } from '@alipay-checkout/messaging'
import { expect, test } from 'vitest'
import { caseOfDeadLetter } from './dead-letter-cases.ts'

const orderId = `ord_${'0'.repeat(32)}`
const parked: DeadLetteredRecord = {
  id: '2/17',
  groupId: 'order-service',
  reason: 'PaymentSucceeded: no such order',
  deadLetteredAt: '2026-01-02T03:04:05.000Z',
  topic: 'payment.events',
  partition: '2',
  offset: '40',
  type: 'PaymentSucceeded',
  outboxId: undefined,
  headers: {},
  key: orderId,
  value: '{}',
}

test('a parked message about money is a case that names its order and how to give it back', () => {
  expect(caseOfDeadLetter(parked)).toMatchObject({
    key: 'parked_message:order-service:2/17',
    orderId,
    summary: expect.stringContaining('PaymentSucceeded: no such order'),
    evidence: { offset: '40' },
    proposal: { action: 'none', why: expect.stringContaining('dlq -- redrive order-service 2/17') },
  })
})

test.each<[string, Partial<DeadLetteredRecord>, boolean]>([
  ['one that can not be read, of payment', { type: undefined, key: 'x' }, true],
  ['whatever payment-service could not handle', { groupId: 'payment-service', topic: 'order.events' }, true],
  ['one that has been redriven', { groupId: 'payment-service', topic: 'payment-service.retry' }, true],
  ['one about stock', { topic: 'inventory.events', type: 'StockReserved' }, false],
  ['one of inventory-service', { groupId: 'inventory-service', topic: 'order.events', type: 'OrderPaid' }, false],
])('%s is a case that says whether it is about money', (_name, change, aboutMoney) => {
  const opened = caseOfDeadLetter({ ...parked, ...change })
  expect(opened).toMatchObject({ kind: 'parked_message', evidence: { aboutMoney } })
  expect(opened.summary.includes('about money')).toBe(aboutMoney)
})

test('an event that could not be published is a case that says where it lies, and is not to be redriven', () => {
  const unpublished = {
    ...parked,
    groupId: 'order-service',
    topic: 'order.events',
    type: 'OrderCreated',
    outboxId: '71',
  }
  const { summary, proposal } = caseOfDeadLetter({ ...unpublished, partition: '', offset: '', value: undefined })
  expect(summary).toMatch(/^order-service could not publish OrderCreated to order.events: /)
  expect(proposal.why).toContain('row 71 of outbox_rejected')
  expect(proposal.why).not.toContain('redrive')
})
