import { assertNever } from '@alipay-checkout/service-kit'
import {
  type Attempt,
  attemptDetailsOf,
  type ClosingReason,
  change,
  type Decision,
  detailsOf,
  findAttempt,
  type Input,
  ignore,
  type Payment,
  reject,
  replaceAttempt,
} from './payment.ts'
import { paymentClosed } from './payment-events.ts'

/** Pauses before closing is tried again after an unclear answer, s: short at first, then once a minute without end. */
const retryPausesS = [2, 5, 15, 30, 60] as const
const retryPauseMaxS = 60
/** A link that can still be paid is closed again this long after it has expired, ms: clocks differ a little. */
const afterTimeExpireMs = 1_000

/** The order is over: its payment has to be closed. Pure. */
export function decideClosing(payment: Payment, reason: ClosingReason, at: Date): Decision {
  switch (payment.status) {
    case 'EXPECTED':
      return startClosing(payment, reason, at)
    case 'CLOSING':
      return ignore('already_closing')
    // PaymentSucceeded is on its way to the order and is the answer.
    case 'PAID':
      return ignore('already_paid')
    case 'CLOSED':
      return ignore('already_closed')
    default:
      return assertNever(payment)
  }
}

/** Attempts that were never opened close at once; open ones are due for closing at Alipay now. */
function startClosing(payment: Payment, reason: ClosingReason, at: Date): Decision {
  const attempts = payment.attempts.map((attempt): Attempt => {
    if (attempt.status === 'CREATED') return closed(attempt)
    return attempt.status === 'OPENED' ? { ...attempt, nextCloseAt: at } : attempt
  })
  if (attempts.some(attempt => attempt.status === 'OPENED')) {
    return change('closing', { ...detailsOf(payment), attempts, status: 'CLOSING', reason })
  }
  return finishClosing(payment, attempts, reason)
}

function finishClosing(payment: Payment, attempts: readonly Attempt[], reason: ClosingReason): Decision {
  // An order that ended on its own has not requested closing and waits for no PaymentClosed.
  const events = reason === 'ended' ? [] : [paymentClosed(payment)]
  return change('closed', { ...detailsOf(payment), attempts, status: 'CLOSED' }, events)
}

/** Alipay has closed the attempt's trade. Pure. */
export function decideClosedAtAlipay(payment: Payment, outTradeNo: string, { linkPayable = false } = {}): Decision {
  const attempt = findAttempt(payment, outTradeNo)
  if (!attempt) return reject('unknown_order')
  // A full refund turns a paid trade into TRADE_CLOSED; the payment stays paid.
  if (attempt.status === 'PAID') return ignore('already_paid')
  if (attempt.status === 'CLOSED') return ignore('already_closed')
  return endAttempt(payment, linkPayable ? { ...closed(attempt), linkPayable } : closed(attempt))
}

/** The attempt takes no money any more. A closing payment is closed with its last open attempt. */
function endAttempt(payment: Payment, ended: Attempt): Decision {
  const attempts = replaceAttempt(payment, ended)
  if (payment.status === 'CLOSING' && !attempts.some(({ status }) => status === 'OPENED')) {
    return finishClosing(payment, attempts, payment.reason)
  }
  return change('attempt_closed', { ...payment, attempts })
}

/** All of the attempt's money was refunded before its payment was recorded, so it pays no order. Pure. */
export function decideRefundedBeforeRecorded(payment: Payment, attempt: Attempt): Decision {
  const ended: Attempt = { ...closed(attempt), refundedBeforeRecorded: true }
  if (attempt.status !== 'CLOSED') return endAttempt(payment, ended)
  if (attempt.refundedBeforeRecorded) return ignore('already_closed')
  return change('attempt_closed', { ...payment, attempts: replaceAttempt(payment, ended) })
}

/**
 * Alipay has no trade of this number. Alipay: unless a call made it, a trade exists only once the buyer has scanned,
 * logged in or confirmed, and until then the link, order string or code can be paid. So the answer is final only after
 * `time_expire`. It is accepted earlier for a cancelled order, because waiting would keep the stock reserved for the rest
 * of the half hour, and for an order that another attempt has paid. The unused link is then queried until it expires, and
 * closed once a buyer uses it; a payment through it is late, or the order's second. Pure.
 */
export function decideNoTradeAtAlipay(payment: Payment, outTradeNo: string, at: Date): Decision {
  const attempt = findAttempt(payment, outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status !== 'OPENED' || !attempt.nextCloseAt) return ignore('not_closing')
  const isWatched = payment.status === 'PAID' || (payment.status === 'CLOSING' && payment.reason === 'cancelled')
  if (isWatched || attempt.timeExpire <= at) {
    return decideClosedAtAlipay(payment, outTradeNo, { linkPayable: attempt.timeExpire > at })
  }
  // A person's closing that was unclear: there is nothing to close, and the order can be paid by this link. The queries
  // of an open attempt go on, because closing would find a payment without a notify only when the link has expired.
  if (payment.status === 'EXPECTED') return retryLater(payment, { ...attempt, nextCloseAt: null, closeTries: 0 })
  const nextCloseAt = new Date(attempt.timeExpire.getTime() + afterTimeExpireMs)
  return retryLater(payment, { ...attempt, nextCloseAt })
}

/**
 * It is not known whether the attempt can still be paid: the stock stays reserved and closing is tried again. Where a
 * person has requested it, it is tried again also for an order that takes another attempt. Pure.
 */
export function decideOutcomeUnknown(
  payment: Payment,
  { outTradeNo, at, isRequested = false }: Input & { type: 'outcomeUnknown' },
): Decision {
  const attempt = findAttempt(payment, outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status !== 'OPENED' || !(attempt.nextCloseAt || isRequested)) return ignore('not_closing')
  if (attempt.nextCloseAt && isRequested) return ignore('already_closing')
  const pauseS = retryPausesS[attempt.closeTries] ?? retryPauseMaxS
  const nextCloseAt = new Date(at.getTime() + pauseS * 1000)
  return retryLater(payment, { ...attempt, nextCloseAt, closeTries: attempt.closeTries + 1 })
}

function retryLater(payment: Payment, attempt: Attempt): Decision {
  return change('retried_later', { ...payment, attempts: replaceAttempt(payment, attempt) })
}

function closed(attempt: Attempt): Attempt & { status: 'CLOSED' } {
  return { ...attemptDetailsOf(attempt), status: 'CLOSED' }
}
