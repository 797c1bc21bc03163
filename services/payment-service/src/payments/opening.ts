import { assertNever } from '@alipay-checkout/service-kit'
import type { OpenedAttempt } from './attempt-store.ts'
import type { Attempt, Payment } from './payment.ts'
import { outTradeNoOf } from './trade-number.ts'

/** Why a payment can't be opened. */
export type OpeningRefused = 'unknown_order' | 'expired' | 'closing' | 'already_paid' | 'closed' | 'too_many_attempts'

/** What sending a shopper to the cashier comes to. */
export type Opening =
  | ({
      /**
       * `open`: the first time; from now on money may come for this attempt, so it has to be kept as OPENED before the
       * link is given out. `open_next`: the same, with an attempt that has to be added.
       * `opened_before`: the same link again, with the same `time_expire`, or Alipay would see another trade.
       */
      readonly outcome: 'open' | 'open_next' | 'opened_before'
      readonly amountFen: number
    } & OpenedAttempt)
  | { readonly outcome: 'refused'; readonly reason: OpeningRefused }

/** Alipay's least: a `time_expire` must be at least a minute ahead, ms. */
const timeExpireMinMs = 60_000

/** Attempts of one order. Nobody needs more accounts than this to pay; whoever tries has a program do it. */
const attemptsMax = 10

const refuse = (reason: OpeningRefused): Opening => ({ outcome: 'refused', reason })

/** Whether, and with which attempt, a shopper may be sent to Alipay at `at`. Pure. */
export function decideOpening(payment: Payment | undefined, at: Date): Opening {
  if (!payment) return refuse('unknown_order')
  switch (payment.status) {
    case 'PAID':
      return refuse('already_paid')
    case 'CLOSING':
      return refuse('closing')
    case 'CLOSED':
      return refuse('closed')
  }
  if (at >= payment.expiresAt) return refuse('expired')
  const newest = payment.attempts.at(-1) as Attempt
  const { outTradeNo, number } = newest
  const { orderId, amountFen } = payment
  switch (newest.status) {
    case 'CREATED': {
      const timeExpire = timeExpireOf(payment.expiresAt, at)
      return { outcome: 'open', orderId, outTradeNo, number, amountFen, timeExpire }
    }
    case 'OPENED':
      return { outcome: 'opened_before', orderId, outTradeNo, number, amountFen, timeExpire: newest.timeExpire }
    case 'PAID':
      return refuse('already_paid')
    // Alipay takes no money for a number that it has closed: the next one is another trade.
    case 'CLOSED': {
      if (number >= attemptsMax) return refuse('too_many_attempts')
      const next = { outTradeNo: outTradeNoOf(orderId, number + 1), number: number + 1 }
      return { outcome: 'open_next', orderId, ...next, amountFen, timeExpire: timeExpireOf(payment.expiresAt, at) }
    }
    default:
      return assertNever(newest)
  }
}

/**
 * The moment the order expires, or Alipay's least where that is later. Alipay counts whole seconds: the expiry is
 * rounded down, so that a due order's link is dead, and the least is rounded up.
 */
function timeExpireOf(expiresAt: Date, at: Date): Date {
  const wanted = Math.floor(expiresAt.getTime() / 1000) * 1000
  const least = Math.ceil((at.getTime() + timeExpireMinMs) / 1000) * 1000
  return new Date(Math.max(wanted, least))
}
