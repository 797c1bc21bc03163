import type { Instalments, PaymentMethod } from '@alipay-checkout/contracts'
import type { OpenedAttempt } from './attempt-store.ts'
import type { Attempt, Payment } from './payment.ts'
import { outTradeNoOf } from './trade-number.ts'

/** How a shopper wants to pay. */
export interface Wish {
  readonly method: PaymentMethod
  readonly instalments?: Instalments | undefined
  /** Open attempts for which Alipay has just reported that it has no trade: they need not be closed first. */
  readonly unused?: ReadonlySet<string>
}

/** Why a payment cannot be opened. */
export type OpeningRefused = 'unknown_order' | 'expired' | 'closing' | 'already_paid' | 'closed' | 'too_many_attempts'

/** An attempt that a shopper may be sent to Alipay with. */
export type OpenableAttempt = {
  /**
   * `open`: the attempt's first opening. It must be stored as OPENED before the link is sent, because money may come
   * from then on. `open_next`: the same with a further attempt, which must be inserted. `opened_before`: the same link
   * again, with the same `time_expire`, because Alipay treats another one as another trade.
   */
  readonly outcome: 'open' | 'open_next' | 'opened_before'
  readonly amountFen: number
} & OpenedAttempt

/** The result of opening a payment. */
export type Opening =
  | OpenableAttempt
  /** These attempts must be closed at Alipay first, because each may have a trade that another method cannot continue. */
  | { readonly outcome: 'close_first'; readonly outTradeNos: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: OpeningRefused }

/** Alipay requires a `time_expire` at least one minute in the future, ms. */
const timeExpireMinMs = 60_000

/** Attempts of one order. A further one is needed for another payer or another method, so more are abuse. */
const attemptsMax = 10

const refuse = (reason: OpeningRefused): Opening => ({ outcome: 'refused', reason })

/** Decides whether, and with which attempt, a shopper may be sent to Alipay at `at`. Pure. */
export function decideOpening(payment: Payment | undefined, wish: Wish, at: Date): Opening {
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
  const opening = chooseAttempt(payment, wish, at)
  if (opening.outcome === 'refused') return opening
  const others = payment.attempts.filter(
    one => one.status === 'OPENED' && !isPaidBy(one, wish) && !wish.unused?.has(one.outTradeNo),
  )
  return others.length === 0
    ? opening
    : { outcome: 'close_first', outTradeNos: others.map(({ outTradeNo }) => outTradeNo) }
}

function chooseAttempt(payment: Payment, wish: Wish, at: Date): Opening {
  const { orderId, amountFen, attempts } = payment
  const newest = attempts.at(-1) as Attempt
  const wanted = { method: wish.method, ...(wish.instalments ? { instalments: wish.instalments } : {}) }
  const timeExpire = timeExpireOf(payment.expiresAt, at)
  if (newest.status === 'CREATED') {
    const { outTradeNo, number } = newest
    return { outcome: 'open', orderId, outTradeNo, number, amountFen, timeExpire, ...wanted }
  }
  const same = attempts.findLast(one => one.status === 'OPENED' && isPaidBy(one, wish))
  if (same?.status === 'OPENED') {
    const { outTradeNo, number } = same
    return { outcome: 'opened_before', orderId, outTradeNo, number, amountFen, timeExpire: same.timeExpire, ...wanted }
  }
  if (newest.status === 'PAID') return refuse('already_paid')
  // Alipay takes no money for a closed number, and ties a used one to its product, so the next attempt has its own.
  if (newest.number >= attemptsMax) return refuse('too_many_attempts')
  const number = newest.number + 1
  const outTradeNo = outTradeNoOf(orderId, number)
  return { outcome: 'open_next', orderId, outTradeNo, number, amountFen, timeExpire, ...wanted }
}

/** Whether an attempt is paid in the way that is wished, so that its parameters at Alipay are the same. */
export function isPaidBy(
  { method, instalments }: Pick<Attempt, 'method' | 'instalments'>,
  wish: Pick<Wish, 'method' | 'instalments'>,
): boolean {
  return (
    method === wish.method &&
    instalments?.number === wish.instalments?.number &&
    instalments?.sellerPaysFee === wish.instalments?.sellerPaysFee
  )
}

/**
 * Until when a link that is opened at `at` can be paid: until the order expires, or Alipay's minimum where that is
 * later. Alipay counts whole seconds: the expiry is rounded down, so that the link of a due order cannot be paid, and
 * the minimum is rounded up.
 */
export function timeExpireOf(expiresAt: Date, at: Date): Date {
  const wanted = Math.floor(expiresAt.getTime() / 1000) * 1000
  const earliest = Math.ceil((at.getTime() + timeExpireMinMs) / 1000) * 1000
  return new Date(Math.max(wanted, earliest))
}
