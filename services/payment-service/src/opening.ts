import type { Attempt, Payment } from './payment.ts'

/** Why a payment can't be opened. */
export type OpeningRefused = 'unknown_order' | 'expired' | 'closing' | 'already_paid' | 'closed' | 'attempt_closed'

/** What sending a shopper to the cashier comes to. */
export type Opening =
  /** The first time: from now on money may come for this attempt, so it has to be kept as OPENED before the link is given out. */
  | { readonly outcome: 'open'; readonly outTradeNo: string; readonly amountFen: number; readonly timeExpire: Date }
  /** Opened before: the same link again, with the same `time_expire`, or Alipay would see another trade. */
  | {
      readonly outcome: 'opened_before'
      readonly outTradeNo: string
      readonly amountFen: number
      readonly timeExpire: Date
    }
  | { readonly outcome: 'refused'; readonly why: OpeningRefused }

/** Alipay's least: a `time_expire` must be at least a minute ahead, ms. */
const timeExpireMinMs = 60_000

const refuse = (why: OpeningRefused): Opening => ({ outcome: 'refused', why })

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
  const { outTradeNo } = newest
  const { amountFen } = payment
  switch (newest.status) {
    case 'CREATED':
      return { outcome: 'open', outTradeNo, amountFen, timeExpire: timeExpireOf(payment.expiresAt, at) }
    case 'OPENED':
      return { outcome: 'opened_before', outTradeNo, amountFen, timeExpire: newest.timeExpire }
    case 'PAID':
      return refuse('already_paid')
    case 'CLOSED':
      return refuse('attempt_closed')
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

function assertNever(value: never): never {
  throw new Error(`impossible: ${JSON.stringify(value)}`)
}
