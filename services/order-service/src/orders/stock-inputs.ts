import type { StockRejected, StockReserved } from '@alipay-checkout/contracts'
import type { OrderInput } from './decide-all.ts'

/** Inventory has answered: the order may be paid or late money may stay, or there is not enough stock. */
export function inputOfStock(event: StockReserved | StockRejected): OrderInput {
  const { orderId, tradeNo } = event.data
  const carried = { orderId, traceparent: event.traceparent, cause: `${event.type} ${event.id}` }
  return event.type === 'StockReserved'
    ? { ...carried, input: { type: 'stockReserved', tradeNo } }
    : { ...carried, input: { type: 'stockRejected', shortages: event.data.shortages, tradeNo } }
}
