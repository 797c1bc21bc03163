import { expect, it } from 'vitest'
import { decideOpening } from './opening.ts'
import type { Attempt, Payment } from './payment.ts'

const orderId = 'ord_00000000000000000000000000000001'
const now = new Date('2026-01-02T03:04:05.250Z')
const seconds = (n: number) => new Date(now.getTime() + n * 1000)
const attempt = { outTradeNo: orderId, number: 1 }
const trade = { outTradeNo: orderId, tradeNo: 'T1', amountFen: 100, paidAt: now }

function payment(
  state: { status: Payment['status']; [more: string]: unknown },
  newest: object,
  expiresAt = seconds(600),
): Payment {
  const attempts = [{ ...attempt, ...newest } as Attempt]
  const details = { orderId, customerId: 'c-1', amountFen: 100, expiresAt, attempts }
  return { ...details, ...state } as Payment
}

const timeExpire = seconds(500)
const opened = { status: 'OPENED', timeExpire, nextCloseAt: null, closeTries: 0 }

it.each([
  ['unknown', undefined, 'unknown_order'],
  ['being closed', payment({ status: 'CLOSING', reason: 'expired' }, opened), 'closing'],
  ['paid', payment({ status: 'PAID', trade }, { status: 'PAID', trade }), 'already_paid'],
  ['closed', payment({ status: 'CLOSED' }, { status: 'CLOSED' }), 'closed'],
  ['expired', payment({ status: 'EXPECTED' }, { status: 'CREATED' }, now), 'expired'],
  ['expired and opened before', payment({ status: 'EXPECTED' }, opened, now), 'expired'],
  ['tried ten times', payment({ status: 'EXPECTED' }, { status: 'CLOSED', number: 10 }), 'too_many_attempts'],
])('refuses to open a payment that is: %s', (_name, given, reason) => {
  expect(decideOpening(given, now)).toEqual({ outcome: 'refused', reason })
})

it('opens the first attempt until the order expires, rounded down to seconds', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, { status: 'CREATED' }), now)).toEqual({
    outcome: 'open',
    orderId,
    outTradeNo: orderId,
    number: 1,
    amountFen: 100,
    timeExpire: new Date('2026-01-02T03:14:05.000Z'),
  })
})

it('allows a minute, rounded up, where the order expires sooner than Alipay permits', () => {
  const soon = payment({ status: 'EXPECTED' }, { status: 'CREATED' }, seconds(1))
  expect(decideOpening(soon, now)).toMatchObject({ timeExpire: new Date('2026-01-02T03:05:06.000Z') })
})

it('opens the next attempt where the last one is closed', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, { status: 'CLOSED' }), now)).toMatchObject({
    outcome: 'open_next',
    outTradeNo: `${orderId}_2`,
    number: 2,
    timeExpire: new Date('2026-01-02T03:14:05.000Z'),
  })
})

it('keeps the time limit of the first opening', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, opened), now)).toMatchObject({
    outcome: 'opened_before',
    timeExpire,
  })
})
