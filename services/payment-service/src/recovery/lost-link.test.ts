import { expect, it } from 'vitest'
import type { Attempt, Payment } from '../payments/payment.ts'
import { closedAttempt, created, details, opened, paidAttempt, seconds, trade } from '../payments/test-payments.ts'
import { type Answer, decideLostLink } from './lost-link.ts'

const expected = { ...details, status: 'EXPECTED' } as const
const closing = { ...details, status: 'CLOSING', reason: 'cancelled' } as const
const over = { ...details, status: 'CLOSED' } as const
const paid = { ...details, status: 'PAID', trade } as const
const refunded = { ...closedAttempt, refundedBeforeRecorded: true } as const
// The order is due at 600 s. A link that was sent just before can be paid until 660 s.
const rows: [Answer, Omit<Payment, 'attempts'>, Attempt, atS: number, string][] = [
  ['waiting', expected, created, 0, 'OPENED until 600 s'],
  ['no_trade', expected, created, 0, 'OPENED until 600 s'],
  ['no_trade', expected, created, 570, 'OPENED until 630 s'],
  ['no_trade', expected, created, 659, 'OPENED until 660 s'],
  ['no_trade', expected, created, 660, 'nothing'],
  ['waiting', expected, created, 700, 'OPENED until 660 s'],
  ['waiting', expected, closedAttempt, 0, 'CLOSED until 600 s'],
  ['no_trade', closing, closedAttempt, 0, 'CLOSED until 600 s'],
  ['no_trade', over, closedAttempt, 0, 'CLOSED until 600 s'],
  ['no_trade', over, closedAttempt, 660, 'nothing'],
  ['waiting', over, closedAttempt, 700, 'CLOSED until 660 s'],
  ['waiting', over, created, 0, 'CLOSED until 600 s'],
  ['waiting', paid, created, 0, 'CLOSED until 600 s'],
  ['waiting', expected, opened, 0, 'nothing'],
  ['waiting', over, refunded, 0, 'nothing'],
  ['no_trade', paid, paidAttempt, 0, 'nothing'],
  ['paid', expected, created, 0, 'nothing'],
  ['closed', expected, created, 0, 'nothing'],
]

const cases = rows.map(([state, payment, attempt, atS, wanted]) => ({ state, payment, attempt, atS, wanted }))
it.each(cases)(
  'decides at $atS s about $state for a payment $payment.status and its attempt $attempt.status: $wanted',
  ({ state, payment, attempt, atS, wanted }) => {
    const link = decideLostLink({ ...payment, attempts: [attempt] } as Payment, attempt, state, seconds(atS))
    const untilS = link && (link.timeExpire.getTime() - seconds(0).getTime()) / 1_000
    expect(link ? `${link.status} until ${untilS} s` : 'nothing').toBe(wanted)
  },
)
