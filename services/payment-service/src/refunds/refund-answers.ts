import type { Refund as RefundBody } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { type Refund, unitsOf } from './refund.ts'
import type { RetrySize } from './refund-amount.ts'
import type { RefundRefused } from './request-refund.ts'

/** The problem of a refund that cannot be requested. */
export function refusal(
  orderId: string,
  answer: RefundRefused | { readonly outcome: 'key_reused' },
  outTradeNo?: string | undefined,
): Problem {
  switch (answer.outcome) {
    case 'unknown_order':
      return new Problem('order-not-found', `There is no order ${orderId} to refund.`)
    case 'not_paid':
      return outTradeNo === undefined
        ? new Problem('order-not-refundable', 'The order has not been paid.', { reason: 'not_paid' })
        : new Problem('order-not-refundable', `${outTradeNo} is no paid trade of this order.`, {
            reason: 'trade_not_paid',
          })
    case 'nothing_left':
      return new Problem('order-not-refundable', 'Everything has been refunded, or its refund is in progress.', {
        reason: 'nothing_left',
      })
    case 'costs_nothing':
      return new Problem('order-not-refundable', 'The share of these units is 0 fen, so there is nothing to refund.', {
        reason: 'costs_nothing',
      })
    case 'shipping_refunded':
      return new Problem('refund-exceeds-balance', 'Shipping was refunded already. Leave out includeShipping.', {
        shippingRefundableFen: 0,
      })
    case 'exceeds_balance':
      return new Problem('refund-exceeds-balance', `At most ${answer.leftFen} fen can still be refunded.`, {
        refundableFen: answer.leftFen,
      })
    case 'line_not_ordered':
      return new Problem('invalid-request', `${answer.sku} is not in this order, or its price is not known.`, {
        sku: answer.sku,
      })
    case 'line_exceeds':
      return new Problem('refund-exceeds-balance', `At most ${answer.left} of ${answer.sku} can still be refunded.`, {
        sku: answer.sku,
        left: answer.left,
      })
    case 'exceeds_limit':
      return new Problem(
        'refund-limit-exceeded',
        `Your role may refund up to ${answer.limitFen} fen of an order, of which ${answer.leftFen} are left. Ask someone with the role finance.`,
        { limitFen: answer.leftFen },
      )
    case 'key_reused':
      return new Problem('idempotency-key-reused', 'This key was used for another refund of the order.')
  }
}

/** A refund as the API shows it. */
export function refundBody(refund: Refund): RefundBody {
  const { refundId, orderId, outTradeNo, method, amountFen, status, reason, note, requestedBy, lines, why } = refund
  return {
    refundId,
    orderId,
    outTradeNo,
    ...(method ? { method } : {}),
    amountFen,
    status,
    reason,
    requestedBy,
    requestedAt: refund.requestedAt.toISOString(),
    ...(note === undefined ? {} : { note }),
    ...(refund.approvedBy === undefined ? {} : { approvedBy: refund.approvedBy }),
    ...(refund.finishedAt ? { finishedAt: refund.finishedAt.toISOString() } : {}),
    ...(why === undefined ? {} : { why }),
    ...(lines ? { lines: unitsOf(lines) } : {}),
    ...(refund.shippingFen > 0 ? { shippingFen: refund.shippingFen } : {}),
  }
}

/** The problem of a failed refund that cannot be sent again with its amount. */
export function retryRefusal(answer: Exclude<RetrySize, { outcome: 'fits' }>): Problem {
  switch (answer.outcome) {
    case 'share_changed':
      return new Problem(
        'refund-exceeds-balance',
        `Other refunds of ${answer.sku} took a part of this refund’s share. Request a new refund of the line.`,
        { sku: answer.sku },
      )
    case 'nothing_left':
      return new Problem('refund-exceeds-balance', 'Everything has been refunded, or its refund is in progress.', {
        refundableFen: 0,
      })
    default:
      return refusal('', answer)
  }
}
