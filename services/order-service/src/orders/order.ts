import { assertNever } from '@alipay-checkout/service-kit'
import { onRefunded, onRefundFailed } from './decide-refunds.ts'
import { orderLinesReturned, orderPaid } from './order-events.ts'
import { isRefundRequested, returnsOf } from './order-refunds.ts'
import { change, type Decision, type Input, ignore, type Order, reject } from './order-state.ts'
import { askBackSecond, closedAs, endAs, giveUp, pay, reinstate, startClosing } from './transitions.ts'

/** What an input does to an order in its state at the time `now`. Pure: the same gives the same. */
export function decide(order: Order, input: Input, now: Date): Decision {
  switch (input.type) {
    case 'stockReserved':
      return onStockReserved(order, input.tradeNo, now)
    case 'stockRejected':
      return onStockRejected(order, input, now)
    case 'paymentSucceeded':
      return onPaymentSucceeded(order, input, now)
    case 'paymentClosed':
      return onPaymentClosed(order)
    case 'paymentRefunded':
      return onRefunded(order, input.refund)
    case 'refundFailed':
      return onRefundFailed(order, input.refund, now)
    case 'outsideRefundDetected':
      // A person decides; until the refund is booked only the order's timeline says so.
      return change(order, order, [])
    case 'due':
      return onDue(order, now)
    case 'cancel':
      return onCancel(order)
    default:
      return assertNever(input)
  }
}

function onStockReserved(order: Order, tradeNo: string | undefined, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
      return change(order, { status: 'PENDING_PAYMENT' }, [])
    case 'REINSTATING': {
      const { payment, refundedFen, from } = order
      // The verdict about the order's creation can still be under way; it says nothing about what is held now.
      if (tradeNo !== payment.tradeNo) return ignore('another_verdict')
      const isLate = from.status !== 'RESERVING' && from.status !== 'CLOSING'
      const late = isLate ? { acceptedLateAt: now.toISOString() } : {}
      const returned = returnsOf(order.refunds, payment.tradeNo).map(back =>
        orderLinesReturned(order, back.refundId, back.returns),
      )
      return change(order, { status: 'PAID', payment, refundedFen, ...late }, [orderPaid(order, payment), ...returned])
    }
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    // The hold stays until the close is decided; OrderExpired or OrderCancelled gives it back.
    case 'CLOSING':
      return ignore('already_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onStockRejected(
  order: Order,
  { shortages, tradeNo }: Extract<Input, { type: 'stockRejected' }>,
  now: Date,
): Decision {
  switch (order.status) {
    case 'RESERVING':
      return endAs(order, { status: 'REJECTED', shortages })
    case 'REINSTATING': {
      if (tradeNo !== order.payment.tradeNo) return ignore('another_verdict')
      return giveUp(order, shortages, now)
    }
    case 'CLOSING':
      return ignore('already_closing')
    case 'REJECTED':
      return ignore('already_rejected')
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    case 'EXPIRED':
    case 'CANCELLED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onPaymentSucceeded(
  order: Order,
  { payment, anyAmount }: Extract<Input, { type: 'paymentSucceeded' }>,
  now: Date,
): Decision {
  if (payment.amountFen !== order.totalFen && !anyAmount) return reject('amount_differs')
  if (isRefundRequested(order.refunds, payment.tradeNo)) return ignore('already_asked_back')
  switch (order.status) {
    case 'PENDING_PAYMENT':
      return pay(order, payment)
    // The money came before the close was final, so the close is off.
    case 'CLOSING':
      return order.reserved ? pay(order, payment) : reinstate(order, payment)
    // Nobody is sent to Alipay before the stock is held; should money come all the same, inventory decides.
    case 'RESERVING':
    // The stock went back on sale when the order closed: hold it again, or give the money back.
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return reinstate(order, payment)
    case 'PAID':
    case 'REFUNDED':
    case 'REINSTATING':
      if (payment.tradeNo !== order.payment.tradeNo) {
        return askBackSecond(order, payment, now)
      }
      return ignore(order.status === 'REINSTATING' ? 'already_reinstating' : 'already_paid')
    default:
      return assertNever(order)
  }
}

function onPaymentClosed(order: Order): Decision {
  switch (order.status) {
    case 'CLOSING':
      return endAs(order, closedAs(order))
    case 'PAID':
    case 'REINSTATING':
    case 'REFUNDED':
      return ignore('paid_first')
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return ignore('not_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onDue(order: Order, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return now < order.expiresAt ? ignore('not_due') : startClosing(order, 'expired')
    case 'CLOSING':
      return ignore('already_closing')
    case 'PAID':
    case 'REINSTATING':
      return ignore('already_paid')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onCancel(order: Order): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return startClosing(order, 'cancelled')
    case 'CLOSING':
      return ignore('already_closing')
    case 'CANCELLED':
      return ignore('already_cancelled')
    case 'PAID':
    case 'REINSTATING':
      return reject('paid')
    case 'EXPIRED':
    case 'REJECTED':
    case 'REFUNDED':
      return reject('over')
    default:
      return assertNever(order)
  }
}
