import { assertNever } from '@alipay-checkout/service-kit'
import type { OpenedAttempt } from './attempt-store.ts'
import type { Attempt, Payment } from './payment.ts'
import { outTradeNoOf } from './trade-number.ts'

/** Why a payment cannot be opened. */
export type OpeningRefused = 'unknown_order' | 'expired' | 'closing' | 'already_paid' | 'closed' | 'too_many_attempts'

/** The result of opening a payment. */
export type Opening =
  | ({
      /**
       * `open`: the attempt's first opening. It must be stored as OPENED before the link is sent, because money may come
       * from then on. `open_next`: the same with a further attempt, which must be inserted. `opened_before`: the same
       * link again, with the same `time_expire`, because Alipay treats another one as another trade.
       */
      readonly outcome: 'open' | 'open_next' | 'opened_before'
      readonly amountFen: number
    } & OpenedAttempt)
  | { readonly outcome: 'refused'; readonly reason: OpeningRefused }

/** Alipay requires a `time_expire` at least one minute in the future, ms. */
const timeExpireMinMs = 60_000

/** Attempts of one order. A further one is only needed when another payer takes over, so more are abuse. */
const attemptsMax = 10

const refuse = (reason: OpeningRefused): Opening => ({ outcome: 'refused', reason })

/** Decides whether, and with which attempt, a shopper may be sent to Alipay at `at`. Pure. */
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
    // Alipay takes no money for a closed number, so the next attempt has a number of its own.
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
 * When the order expires, or Alipay's minimum where that is later. Alipay counts whole seconds: the expiry is rounded
 * down, so that the link of a due order cannot be paid, and the minimum is rounded up.
 */
function timeExpireOf(expiresAt: Date, at: Date): Date {
  const wanted = Math.floor(expiresAt.getTime() / 1000) * 1000
  const earliest = Math.ceil((at.getTime() + timeExpireMinMs) / 1000) * 1000
  return new Date(Math.max(wanted, earliest))
}
