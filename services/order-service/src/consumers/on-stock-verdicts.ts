import { StockRejected, StockReserved } from '@alipay-checkout/contracts'
import { type Handler, on } from '@alipay-checkout/messaging'
import type { OrderInput } from '../decide-all.ts'
import type { OrderWatch } from '../order-watch.ts'
import { applyInputs } from './apply-inputs.ts'

/** Inventory has answered: the order may be paid or late money may stay, or there is not enough stock. */
export function onStockVerdicts(watch: OrderWatch): Handler {
  return on([StockReserved, StockRejected], (tx, events, afterCommit) => {
    const inputs = events.map((event): OrderInput => {
      const { orderId, tradeNo } = event.data
      const carried = { orderId, traceparent: event.traceparent, cause: `${event.type} ${event.id}` }
      return event.type === 'StockReserved'
        ? { ...carried, input: { type: 'stockReserved', tradeNo } }
        : { ...carried, input: { type: 'stockRejected', shortages: event.data.shortages, tradeNo } }
    })
    return applyInputs(tx, inputs, { afterCommit, watch })
  })
}
