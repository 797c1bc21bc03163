import {
  OutsideRefundDetected,
  PaymentClosed,
  PaymentRefunded,
  PaymentSucceeded,
  RefundFailed,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'
import { type Handler, onLoaded, RefusedEvent } from '@alipay-checkout/messaging'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { decideAll } from './decide-all.ts'
import { decisionWrites, lockOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'
import { inputOfPayment } from './payment-inputs.ts'
import type { SoldOut } from './sold-out.ts'
import { inputOfStock } from './stock-inputs.ts'

const types = [
  StockReserved,
  StockRejected,
  PaymentSucceeded,
  PaymentClosed,
  PaymentRefunded,
  RefundFailed,
  OutsideRefundDetected,
] as const

/**
 * What inventory and payment have to say about orders: locks them, decides, saves, in four statements whatever the
 * number of events. An event that can't be right throws, naming it: alone in its batch it is parked with that reason.
 */
export function onStockAndPaymentEvents(watch: OrderWatch, soldOut: SoldOut): Handler {
  return onLoaded(
    types,
    (tx, events) => {
      const orderIds = events.map(({ data }) => data.orderId)
      return Promise.all([lockOrders(tx, orderIds), databaseNow(tx)])
    },
    ([orders, now], events) => {
      const inputs = events.map(event =>
        event.type === 'StockReserved' || event.type === 'StockRejected' ? inputOfStock(event) : inputOfPayment(event),
      )
      const decided = decideAll(orders, inputs, now)
      for (const [index, decision] of decided.decisions.entries()) {
        if (decision.outcome === 'rejected') {
          throw new RefusedEvent(`${decision.why}: ${inputs[index]?.input.type} for ${inputs[index]?.orderId}`)
        }
      }
      return {
        writes: decisionWrites(decided, now),
        quiet: decided.events.length === 0,
        afterCommit() {
          watch.announce(decided.changed)
          soldOut.heard(events.flatMap(event => (event.type === 'StockRejected' ? event.data.shortages : [])))
        },
      }
    },
  )
}
