import type { DeadLetteredRecord } from '@alipay-checkout/messaging'
import { expect, it } from 'vitest'
import { caseOfDeadLetter } from './dead-letter-cases.ts'

const orderId = `ord_${'0'.repeat(32)}`
const deadLetter: DeadLetteredRecord = {
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

it('makes a case that names the order and how to redrive the record', () => {
  expect(caseOfDeadLetter(deadLetter)).toMatchObject({
    key: 'parked_message:order-service:2/17',
    orderId,
    summary: expect.stringContaining('PaymentSucceeded: no such order'),
    evidence: { offset: '40' },
    proposal: { action: 'none', why: expect.stringContaining('dlq -- redrive order-service 2/17') },
  })
})

it.each<[string, Partial<DeadLetteredRecord>, boolean]>([
  ['a record of payment.events that cannot be read', { type: undefined, key: 'x' }, true],
  ['a record that payment-service could not handle', { groupId: 'payment-service', topic: 'order.events' }, true],
  [
    'a record that failed again after it was redriven',
    { groupId: 'payment-service', topic: 'payment-service.retry' },
    true,
  ],
  ['a record about stock', { topic: 'inventory.events', type: 'StockReserved' }, false],
  ['a record of inventory-service', { groupId: 'inventory-service', topic: 'order.events', type: 'OrderPaid' }, false],
])('states whether %s is about money', (_name, change, aboutMoney) => {
  const opened = caseOfDeadLetter({ ...deadLetter, ...change })
  expect(opened).toMatchObject({ kind: 'parked_message', evidence: { aboutMoney } })
  expect(opened.summary.includes('about money')).toBe(aboutMoney)
})

it('makes a case that names the outbox row, and no redrive, for an event that could not be published', () => {
  const unpublished = {
    ...deadLetter,
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
