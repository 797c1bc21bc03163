import { assertNever } from '@alipay-checkout/service-kit'
import type { Trade } from '../alipay/trade.ts'
import {
  decideClosedAtAlipay,
  decideClosing,
  decideNoTradeAtAlipay,
  decideOutcomeUnknown,
  decideRefundedBeforeRecorded,
} from './decide-closing.ts'
import {
  type Attempt,
  attemptDetailsOf,
  type Changed,
  change,
  type Decision,
  detailsOf,
  findAttempt,
  type Input,
  ignore,
  type Payment,
  type PaymentDetails,
  reject,
  replaceAttempt,
  stopsShipment,
  type TradeSource,
} from './payment.ts'
import { outsideRefundDetected, paymentSucceeded } from './payment-events.ts'

/** What an input does to an order's payment, or to none. Pure: the same payment and input give the same decision. */
export function decide(payment: Payment | undefined, input: Input): Decision {
  if (input.type === 'orderCreated') return payment ? ignore('already_expected') : expectPayment(input.order)
  if (!payment) {
    // OrderCreated has the same key and comes first, so the trade number is foreign or a record was lost. An order that
    // ended has nothing to close; every other input needs a person.
    return input.type === 'orderEnded' ? ignore('nothing_to_close') : reject('unknown_order')
  }
  switch (input.type) {
    case 'closingRequested':
      return decideClosing(payment, input.reason, input.at)
    case 'orderEnded':
      // The order is out of stock and has not requested closing, but an open cashier must not take money for it.
      return decideClosing(payment, 'ended', input.at)
    case 'paid':
      return decidePaid(payment, input.trade, input.source)
    case 'noMoney':
      return input.amountFen === amountOf(payment, input.outTradeNo) ? ignore(input.reason) : reject('amount_differs')
    case 'refundNoticed':
      return decideRefundNotice(payment, input)
    case 'closedAtAlipay':
      return decideClosedAtAlipay(payment, input.outTradeNo)
    case 'noTradeAtAlipay':
      return decideNoTradeAtAlipay(payment, input.outTradeNo, input.at)
    case 'outcomeUnknown':
      return decideOutcomeUnknown(payment, input)
    default:
      return assertNever(input)
  }
}

function expectPayment(order: Omit<PaymentDetails, 'attempts'>): Decision {
  const first: Attempt = { status: 'CREATED', outTradeNo: order.orderId, number: 1 }
  return change('expected', { ...order, attempts: [first], status: 'EXPECTED' })
}

function decidePaid(payment: Payment, trade: Trade, source: TradeSource): Decision {
  if (trade.amountFen !== amountOf(payment, trade.outTradeNo) && source !== 'case') return reject('amount_differs')
  const attempt = findAttempt(payment, trade.outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status === 'PAID') {
    // Alipay has one trade per out_trade_no, so a second one contradicts it.
    return attempt.trade.tradeNo === trade.tradeNo ? ignore('already_paid') : reject('attempt_has_another_trade')
  }
  // This result of Alipay is older than its refund notice.
  if (attempt.status === 'CLOSED' && attempt.refundedBeforeRecorded) return ignore('refunded_before_recorded')
  const paidAttempt: Attempt = { ...attemptDetailsOf(attempt), status: 'PAID', trade }
  const attempts = replaceAttempt(payment, paidAttempt).map(one =>
    // Another open attempt must not be paid as well: it is due for closing from now on.
    one.status === 'OPENED' && !one.nextCloseAt ? { ...one, nextCloseAt: trade.paidAt } : one,
  )
  const paid = (as: Changed, first: Trade): Decision =>
    change(as, { ...detailsOf(payment), attempts, status: 'PAID', trade: first }, [
      paymentSucceeded(payment, trade, { source, method: attempt.method }),
    ])
  switch (payment.status) {
    case 'EXPECTED':
    case 'CLOSING':
      return paid('paid', trade)
    // order-service decides whether money that came twice, or after the order was closed, is refunded.
    case 'PAID':
      return paid('paid_again', payment.trade)
    case 'CLOSED':
      return paid('paid_late', trade)
    default:
      return assertNever(payment)
  }
}

/** What a trade must amount to: the order's total, or the amount that a person has accepted for it. */
function amountOf(payment: Payment, outTradeNo: string): number {
  const attempt = findAttempt(payment, outTradeNo)
  return attempt?.status === 'PAID' ? attempt.trade.amountFen : payment.amountFen
}

/**
 * Alipay: every refund sends a notify to the address of its payment, also one made in Alipay's console. The answer to
 * payment-service's own call already shows its own refunds. A refund made elsewhere is announced once, and a person has
 * to book it.
 */
function decideRefundNotice(payment: Payment, { trade, refund, origin }: Input & { type: 'refundNoticed' }): Decision {
  if (trade.amountFen !== amountOf(payment, trade.outTradeNo)) return reject('amount_differs')
  const attempt = findAttempt(payment, trade.outTradeNo)
  if (!attempt) return reject('unknown_order')
  if (attempt.status === 'PAID' && attempt.trade.tradeNo !== trade.tradeNo) return reject('attempt_has_another_trade')
  const isWhole = refund.refundedFen >= trade.amountFen
  if (origin === 'ours') return ignore(isWhole ? 'trade_closed' : 'refund_notice')
  const detected =
    origin === 'outside' && stopsShipment(payment, attempt)
      ? [outsideRefundDetected(payment, trade, refund, 'notify')]
      : []
  const withNotice = (decision: Decision): Decision => {
    const after = decision.outcome === 'changed' ? decision : { payment, events: [] }
    if (decision.outcome !== 'changed' && detected.length === 0) return ignore('refund_notice')
    return change('outside_refund', after.payment, [...after.events, ...detected])
  }
  if (attempt.status === 'PAID') return withNotice(ignore('already_paid'))
  // A notice of a partial refund is no payment, though the payment's own notify is late or lost: the next query finds
  // the payment. It is announced now, because its case keeps later notices from announcing it.
  if (!isWhole) return withNotice(ignore('refund_notice'))
  return withNotice(decideRefundedBeforeRecorded(payment, attempt))
}
