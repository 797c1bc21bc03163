import type {
  CapturedPayment,
  LineUnits,
  NewEvent,
  OrderEvent,
  PaymentRefunded,
  RefundFailed,
} from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { refundedShippedLines, withShipments } from './fulfilment.ts'
import { orderLinesReturned, orderOver, orderPaid, orderRefunded } from './order-events.ts'
import { doneRefundsOf, type OrderRefund, refundedUnitsOf, settleTrade, upsertRefund } from './order-refunds.ts'
import { change, type Decision, type Input, ignore, type Order, reject } from './order-state.ts'
import { commonUnits, subtractUnits } from './units.ts'

type RefundedInput = Extract<Input, { type: 'paymentRefunded' }>

/** A refund is done. A refund of the order's own payment may end the order; one of another trade is only stored. */
export function onRefunded(order: Order, input: RefundedInput, now: Date): Decision {
  const {
    refundId,
    reason,
    outTradeNo,
    tradeNo,
    amountFen,
    refundedAt: at,
    refundedFen,
    paidFen,
    returned,
  } = input.refund
  const known = order.refunds.find(back => back.refundId === refundId)
  if (known?.progress === 'done') return ignore('already_refunded')
  const isAll = refundedFen >= paidFen
  const lines = unitsOf(order, input.refund, isAll)
  const refund: OrderRefund = {
    refundId,
    reason,
    outTradeNo,
    tradeNo,
    amountFen,
    progress: 'done',
    at,
    ...(lines.length > 0 ? { lines } : {}),
    // inventory-service can return units only once they are sold, so OrderLinesReturned follows OrderPaid.
    ...(returned.length > 0 && !isSold(order) ? { returns: returned } : {}),
  }
  const refunds = upsertRefund(isAll ? settleTrade(order.refunds, outTradeNo) : order.refunds, refund)
  switch (order.status) {
    case 'PAID':
    case 'REINSTATING':
    case 'REFUNDED':
      return order.payment.tradeNo === tradeNo
        ? onOwnRefunded({ ...order, refunds }, input, lines, now)
        : change(order, order, [], refunds)
    case 'RESERVING':
    case 'PENDING_PAYMENT':
    case 'CLOSING':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return change(order, order, [], refunds)
    default:
      return assertNever(order)
  }
}

/** Whether OrderPaid was published, or no stock will be sold for the order any more. */
const isSold = ({ status }: Order): boolean => status === 'PAID' || status === 'REFUNDED'

/** The units that a refund takes. An event that comes late takes none that a later refund of the whole has taken. */
function unitsOf(order: Order, refund: PaymentRefunded['data'], isAll: boolean): LineUnits[] {
  const rest = subtractUnits(order.lines, refundedUnitsOf(order.refunds, refund.tradeNo))
  // Events without `lines` name the units of a refund by line only if they are returned to stock.
  return isAll ? rest : commonUnits(refund.lines ?? refund.returned, rest)
}

/** `order` has the refund in its list already. */
function onOwnRefunded(
  order: Extract<Order, { payment: unknown }>,
  { refund, completeAfterMs }: RefundedInput,
  lines: readonly LineUnits[],
  now: Date,
): Decision {
  const { payment, refunds } = order
  const { refundId, reason, amountFen, returned, refundedAt } = refund
  // The sum of the trade's refunds. Events can come out of order, and an earlier refund reports a smaller sum.
  const refundedFen = Math.max(order.refundedFen, refund.refundedFen)
  if (refundedFen > payment.amountFen) return reject('refund_exceeds_payment')
  const isWhole = refundedFen === payment.amountFen
  if (order.status === 'REINSTATING') {
    if (isWhole) {
      return change(
        order,
        { status: 'REFUNDED', payment, refundedFen },
        refundedWholeEvents(order, payment, refundedFen),
      )
    }
    return change(order, { ...order, refundedFen }, [], refunds)
  }
  const after = { ...order, status: isWhole ? ('REFUNDED' as const) : ('PAID' as const), refundedFen }
  const before = { ...order, refunds: refunds.filter(one => one.refundId !== refundId) }
  const shippedLines = subtractUnits(refundedShippedLines(after), refundedShippedLines(before))
  const event = orderRefunded(order, {
    refundId,
    reason,
    amountFen,
    refundedFen,
    isWhole,
    lines: [...lines],
    shippedLines,
    refundedAt,
  })
  const { shipments } = order.fulfilment
  const events = [event, ...(returned.length > 0 ? [orderLinesReturned(order, refundId, returned)] : [])]
  return change(withShipments(after, shipments, { now, completeAfterMs }), after, events)
}

/** The events of a payment that is accepted: OrderPaid, then those of refunds that were done before. */
export function paidEvents(order: Order, payment: CapturedPayment, refundedFen: number): NewEvent<OrderEvent>[] {
  const refunds = earlierRefunds(order, payment, refundedFen).flatMap(({ event, returns }) => [
    event,
    ...(returns ? [orderLinesReturned(order, event.data.refundId, returns)] : []),
  ])
  return [orderPaid(order, payment), ...refunds]
}

/**
 * The events of an order that ends because all money of its payment is refunded before its stock is reserved:
 * OrderCancelled releases the stock whatever the stock result will be, then those of the refunds.
 */
export function refundedWholeEvents(
  order: Order,
  payment: CapturedPayment,
  refundedFen: number,
): NewEvent<OrderEvent>[] {
  const over = orderOver(order, { status: 'CANCELLED' })
  return [over, ...earlierRefunds(order, payment, refundedFen).map(({ event }) => event)]
}

/** Refunds that were done before the order was PAID, in their order, with their OrderRefunded and the units to return. */
function earlierRefunds(order: Order, { tradeNo, amountFen: paidFen }: CapturedPayment, refundedFen: number) {
  const done = doneRefundsOf(order.refunds, tradeNo)
  const sumFen = done.reduce((sum, { amountFen }) => sum + amountFen, 0)
  let soFarFen = Math.max(refundedFen, sumFen) - sumFen
  return done.map(({ refundId, reason, amountFen, lines = [], returns, at: refundedAt }) => {
    soFarFen += amountFen
    const sums = { amountFen, refundedFen: soFarFen, isWhole: soFarFen >= paidFen }
    const units = { lines: [...lines], shippedLines: [] }
    return { event: orderRefunded(order, { refundId, reason, ...sums, ...units, refundedAt }), returns }
  })
}

/** A refund failed and a case is open. The order keeps its status, and its money notes report a delay. */
export function onRefundFailed(order: Order, refund: RefundFailed['data'], now: Date): Decision {
  const { refundId, reason, outTradeNo, amountFen } = refund
  const known = order.refunds.find(back => back.refundId === refundId)
  if (known?.progress === 'done') return ignore('already_refunded')
  if (known?.progress === 'failed') return ignore('already_failed')
  const failed: OrderRefund = { refundId, reason, outTradeNo, amountFen, progress: 'failed', at: now.toISOString() }
  return change(order, order, [], upsertRefund(order.refunds, failed))
}
