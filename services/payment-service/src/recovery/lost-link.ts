import { timeExpireOf } from '../payments/opening.ts'
import type { Attempt, Payment } from '../payments/payment.ts'
import type { PaymentState } from '../payments/query-payment.ts'

/** What Alipay has answered about an attempt. */
export type Answer = Exclude<PaymentState['state'], 'unknown'>

/** What an attempt becomes whose link may have been sent in the lost time, and until when that link can be paid. */
export interface LostLink {
  readonly status: 'OPENED' | 'CLOSED'
  readonly timeExpire: Date
}

/**
 * What Alipay's answer means for an attempt whose opening a restore may have lost: whether a link that was sent in the
 * lost time can still be paid, so that the attempt has to be queried further. It is OPENED from now on if the order
 * takes money, and closed at Alipay when the order ends; else it is over, and its link is watched as that of a
 * cancelled order. Undefined where no money can come, or the attempt is queried or closed at Alipay anyway. Pure.
 *
 * @param at not later than the query
 */
export function decideLostLink(payment: Payment, attempt: Attempt, state: Answer, at: Date): LostLink | undefined {
  if (state === 'paid' || state === 'closed') return undefined
  if (attempt.status === 'PAID' || attempt.status === 'OPENED') return undefined
  if (attempt.status === 'CLOSED' && attempt.refundedBeforeRecorded) return undefined
  // A link that was sent earlier expires no later than one that is sent now, and none is sent once the order is due.
  const timeExpire = timeExpireOf(payment.expiresAt, at < payment.expiresAt ? at : payment.expiresAt)
  if (state === 'no_trade' && timeExpire <= at) return undefined
  const isPayable = attempt.status === 'CREATED' && payment.status === 'EXPECTED'
  return { status: isPayable ? 'OPENED' : 'CLOSED', timeExpire }
}
