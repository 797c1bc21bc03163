import {
  OutsideRefundDetected,
  PaymentClosed,
  type PaymentEvent,
  PaymentRefunded,
  PaymentSucceeded,
  RefundFailed,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'
import { type Handler, onLoaded, RefusedEvent } from '@alipay-checkout/messaging'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { decideAll, type OrderInput } from './decide-all.ts'
import type { OrderMetrics } from './order-metrics.ts'
import type { Input } from './order-state.ts'
import { decisionWrites, lockOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'
import type { SoldOutCache } from './sold-out.ts'

const types = [
  StockReserved,
  StockRejected,
  PaymentSucceeded,
  PaymentClosed,
  PaymentRefunded,
  RefundFailed,
  OutsideRefundDetected,
] as const

/** `completeAfterMs`: how long after an order is DELIVERED it is completed. A refund can make it so. */
interface Options {
  watch: OrderWatch
  soldOut: SoldOutCache
  completeAfterMs: number
  metrics: OrderMetrics
}

/**
 * Applies stock and payment events to orders: locks, decides and saves, with a number of statements that does not depend
 * on the number of events. A rejected event fails its batch; tried alone, it is dead-lettered with the reason.
 */
export function onStockAndPaymentEvents({ watch, soldOut, completeAfterMs, metrics }: Options): Handler {
  return onLoaded(
    types,
    (tx, events) => {
      const orderIds = events.map(({ data }) => data.orderId)
      return Promise.all([lockOrders(tx, orderIds), databaseNow(tx)])
    },
    ([orders, now], events) => {
      const inputs = events.map(event => inputOf(event, completeAfterMs))
      const decided = decideAll(orders, inputs, now)
      for (const [index, decision] of decided.decisions.entries()) {
        if (decision.outcome === 'rejected') {
          throw new RefusedEvent(`${decision.reason}: ${inputs[index]?.input.type} for ${inputs[index]?.orderId}`)
        }
      }
      return {
        writes: decisionWrites(decided, now),
        events: decided.events,
        now,
        afterCommit() {
          watch.announce(decided.changed)
          metrics.observe(events, decided.decisions, now)
          soldOut.record(events.flatMap(event => (event.type === 'StockRejected' ? event.data.shortages : [])))
        },
      }
    },
  )
}

type StockOrPaymentEvent = StockReserved | StockRejected | PaymentEvent

function inputOf(event: StockOrPaymentEvent, completeAfterMs: number): OrderInput {
  return {
    orderId: event.data.orderId,
    input: decisionInputOf(event, completeAfterMs),
    cause: causeOf(event),
    traceparent: event.traceparent,
  }
}

function decisionInputOf(event: StockOrPaymentEvent, completeAfterMs: number): Input {
  switch (event.type) {
    case 'StockReserved':
      return { type: 'stockReserved', tradeNo: event.data.tradeNo }
    case 'StockRejected':
      return { type: 'stockRejected', shortages: event.data.shortages, tradeNo: event.data.tradeNo }
    case 'PaymentSucceeded': {
      const { outTradeNo, tradeNo, amountFen, paidAt, method, source } = event.data
      const payment = { outTradeNo, tradeNo, amountFen, paidAt, ...(method === undefined ? {} : { method }) }
      return { type: 'paymentSucceeded', payment, anyAmount: source === 'case' }
    }
    case 'PaymentClosed':
      return { type: 'paymentClosed' }
    case 'PaymentRefunded':
      return { type: 'paymentRefunded', refund: event.data, completeAfterMs }
    case 'RefundFailed':
      return { type: 'refundFailed', refund: event.data }
    case 'OutsideRefundDetected': {
      const { tradeNo, requestNo } = event.data
      return { type: 'outsideRefundDetected', tradeNo, requestNo }
    }
  }
}

/** The event that an order's timeline names as the cause of a change. */
function causeOf(event: StockOrPaymentEvent): string {
  const named = `${event.type} ${event.id}`
  if (event.type === 'PaymentSucceeded') return `${named} (${event.data.source})`
  return event.type === 'RefundFailed' ? `${named} (${event.data.why})` : named
}
