import { expect, it } from 'vitest'
import type { OrderAnswer } from './order-data.ts'
import { toSettle } from './wait.ts'

const answer = (cases: object[], statuses: string[]) =>
  ({ cases, refunds: { items: statuses.map(status => ({ status })) } }) as unknown as OrderAnswer

it('an outside refund that is not booked is to be settled before a parcel leaves', () => {
  const open = { kind: 'outside_refund', status: 'OPEN' }
  const approved = { kind: 'outside_refund', status: 'APPROVED' }
  const others = [
    { kind: 'outside_refund', status: 'RESOLVED' },
    { kind: 'bill_difference', status: 'OPEN' },
  ]
  expect(toSettle(answer([open, approved, ...others], []))).toEqual({
    outside: [open, approved],
    refunds: [],
    unknown: false,
  })
  expect(toSettle(answer(others, []))).toBeUndefined()
})

it('so is a refund that waits for approval or for Alipay', () => {
  const open = ['AWAITING_APPROVAL', 'REQUESTED', 'PENDING']
  expect(toSettle(answer([], [...open, 'SUCCEEDED', 'FAILED', 'REJECTED']))?.refunds).toEqual(
    open.map(status => ({ status })),
  )
  expect(toSettle(answer([], ['SUCCEEDED', 'FAILED', 'REJECTED']))).toBeUndefined()
})

it('is not known while payment-service does not answer', () => {
  expect(toSettle({})).toEqual({ outside: [], refunds: [], unknown: true })
})
