import type { OrderRow } from './ledger-rows.ts'
import type { Break, PromiseNumber } from './promises.ts'

type MakeBreak = (promise: PromiseNumber, what: string) => Break

/**
 * Finds what is wrong with the shipments of one settled order. Pure. A refund of shipped units is allowed, so that
 * shipped and refunded units together may exceed what was ordered.
 */
export function checkShipments(order: OrderRow, nowMs: number, makeBreak: MakeBreak): Break[] {
  const { fulfilment, status, units } = order
  if (!fulfilment) return []
  const breaks: Break[] = []
  if (status !== 'PAID' && status !== 'REFUNDED') breaks.push(makeBreak(17, `it is ${status}, and was shipped`))
  for (const [sku, quantity] of Object.entries(fulfilment.shipped)) {
    const ordered = units[sku] ?? 0
    if (quantity > ordered) breaks.push(makeBreak(17, `${quantity} of ${sku} were shipped, and ${ordered} ordered`))
  }
  const expected = statusOf(order, fulfilment)
  const isCompleted = fulfilment.status === 'COMPLETED' && expected === 'DELIVERED'
  if (fulfilment.status !== expected && !isCompleted) {
    breaks.push(makeBreak(17, `its fulfilment is ${fulfilment.status}, and its shipments make it ${expected}`))
  }
  if (fulfilment.completeAtMs !== null && fulfilment.completeAtMs < nowMs) {
    breaks.push(makeBreak(10, 'it is due to be completed, and is not'))
  }
  return breaks
}

/** The status that follows from shipments and refunds. */
function statusOf({ status, units }: OrderRow, { shipped, refunded, undelivered }: Fulfilment): string {
  const isLeft = Object.entries(units).some(
    ([sku, quantity]) => quantity > (shipped[sku] ?? 0) + (refunded[sku] ?? 0) && status !== 'REFUNDED',
  )
  if (isLeft) return 'PARTIALLY_SHIPPED'
  return undelivered > 0 ? 'SHIPPED' : 'DELIVERED'
}

type Fulfilment = NonNullable<OrderRow['fulfilment']>
