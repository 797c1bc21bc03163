import { StockRejected, StockReserved } from '@alipay-checkout/contracts'
import { type Handler, on } from '@alipay-checkout/messaging'
import type { OrderInput } from '../order.ts'
import type { OrderWatch } from '../order-watch.ts'
import { applyInputs } from './apply-inputs.ts'

/** Inventory has answered: the order may be paid, or there is not enough stock. */
export function onStockVerdicts(watch: OrderWatch): Handler {
  return on([StockReserved, StockRejected], (tx, events, afterCommit) => {
    const inputs = events.map((event): OrderInput => {
      const { orderId } = event.data
      const { traceparent } = event
      return event.type === 'StockReserved'
        ? { orderId, traceparent, input: { type: 'stockReserved' } }
        : { orderId, traceparent, input: { type: 'stockRejected', shortages: event.data.shortages } }
    })
    return applyInputs(tx, inputs, { afterCommit, watch })
  })
}
