import type { Level, Reservation, StockResult } from '../stock/stock-state.ts'

/**
 * The stock results that order-service may lack of this order. A released reservation has none: its order was over. Pure.
 *
 * @param tradeNos the late payments for which the order was reinstated
 * @param available units on sale now, by SKU, for the shortages of a rejected order
 */
export function stateEvents(
  { orderId, status, lines }: Reservation,
  tradeNos: readonly string[],
  available: ReadonlyMap<string, Pick<Level, 'available'>>,
): StockResult[] {
  const causes = [{}, ...tradeNos.map(tradeNo => ({ tradeNo }))]
  switch (status) {
    case 'RESERVED':
    case 'COMMITTED':
      return causes.map(cause => ({ type: 'StockReserved', key: orderId, data: { orderId, ...cause } }))
    case 'REJECTED': {
      const shortages = lines.map(({ sku, quantity }) => ({
        sku,
        requested: quantity,
        available: available.get(sku)?.available ?? 0,
      }))
      return causes.map(cause => ({ type: 'StockRejected', key: orderId, data: { orderId, shortages, ...cause } }))
    }
    case 'RELEASED':
      return []
  }
}
