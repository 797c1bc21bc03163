import type { RecordedEvent } from './events.ts'
import type { DispatchRow, ParcelRow, Units, WarehouseRows } from './read-warehouse.ts'
import type { PromiseScores } from './scores.ts'

/** What the events say of a paid order. */
interface PaidOrder {
  orderId: string
  paid: Units
  /** Units that were refunded before they were shipped. */
  refundedUnshipped: Units
  isRefunded: boolean
  /** The lines of each shipment, by its id. */
  shipments: Map<string, Units>
}

/**
 * Checks that each paid order that is not refunded as a whole has left once, with the units that its shipment lists; that
 * shipments have exactly the units that were paid and not refunded before; and that nothing of a wholly refunded order has
 * left after the warehouse knew of it (17). Pure.
 */
export function judgeWarehouse(
  events: readonly RecordedEvent[],
  { parcels, dispatches }: WarehouseRows,
  scores: PromiseScores,
): void {
  const orders = readPaidOrders(events)
  const parcelOf = new Map(parcels.map(parcel => [parcel.orderId, parcel]))
  const dispatchesOf = Map.groupBy(dispatches, ({ orderId }) => orderId)
  for (const order of orders.values()) {
    for (const what of faultsOf(order, parcelOf.get(order.orderId), dispatchesOf.get(order.orderId) ?? []))
      scores.broken(17, order.orderId, what)
  }
  for (const orderId of dispatchesOf.keys())
    if (!orders.has(orderId)) scores.broken(17, orderId, 'it was dispatched and never paid')
  const refunded = [...orders.values()].filter(({ isRefunded }) => isRefunded).length
  scores.checked(17, 'paid orders in the warehouse', orders.size - refunded)
  scores.checked(17, 'wholly refunded orders in the warehouse', refunded)
  scores.checked(17, 'parcels dispatched', dispatches.length)
}

function faultsOf(order: PaidOrder, parcel: ParcelRow | undefined, dispatches: readonly DispatchRow[]): string[] {
  if (parcel === undefined) return ['the warehouse has no parcel of it']
  const { paid, refundedUnshipped, isRefunded, shipments } = order
  const faults: string[] = []
  if (parcel.status === 'TO_SHIP') faults.push('its parcel is still to be shipped')
  if (dispatches.length > 1) faults.push(`it was dispatched ${dispatches.length} times`)
  const shipped = [...shipments.values()].flat()
  if (text([...shipped, ...refundedUnshipped]) !== text(paid))
    faults.push(`${text(paid)} were paid, ${text(shipped)} shipped, ${text(refundedUnshipped)} refunded before`)
  for (const { shipmentId, lines, dispatchedAt } of dispatches) {
    const listed = shipments.get(shipmentId)
    if (listed === undefined) faults.push(`it was dispatched as ${shipmentId}, which was never reported`)
    else if (text(listed) !== text(lines)) faults.push(`${text(lines)} left, but ${shipmentId} lists ${text(listed)}`)
    if (parcel.refundKnownAt !== null && dispatchedAt > parcel.refundKnownAt)
      faults.push('it was dispatched after its refund was known')
  }
  if (isRefunded && !['CANCELLED', 'RETURN_EXPECTED'].includes(parcel.status))
    faults.push(`it is refunded as a whole, and its parcel is ${parcel.status}`)
  if (parcel.status === 'CANCELLED' && dispatches.length > 0) faults.push('its parcel is cancelled and has left')
  if (!isRefunded && shipped.length > 0 && dispatches.length === 0)
    faults.push(`its shipment was reported and has not left (${parcel.status})`)
  return faults
}

function readPaidOrders(events: readonly RecordedEvent[]): Map<string, PaidOrder> {
  const orders = new Map<string, PaidOrder>()
  // The warehouse's events of one order are in one partition; repeats have the same id.
  const unique = new Map(events.filter(({ id }) => id !== '').map(event => [event.id, event]))
  for (const { type, key, data } of unique.values()) {
    if (type === 'OrderPaid')
      orders.set(key, {
        ...{ orderId: key, paid: data.lines as Units, refundedUnshipped: [], isRefunded: false, shipments: new Map() },
      })
  }
  for (const { type, key, data } of unique.values()) {
    const order = orders.get(key)
    if (type === 'OrderShipped') order?.shipments.set(String(data.shipmentId), data.lines as Units)
    if (type !== 'OrderRefunded' || order === undefined) continue
    order.isRefunded ||= data.isWhole === true
    order.refundedUnshipped.push(...minus(data.lines as Units, data.shippedLines as Units))
  }
  return orders
}

function totals(units: Units): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of units) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}

function minus(units: Units, taken: Units): Units {
  const less = totals(taken)
  return [...totals(units)].map(([sku, quantity]) => ({ sku, quantity: quantity - (less.get(sku) ?? 0) }))
}

/** Units by SKU in a fixed order: `2 × tea`. Units of one SKU in several lines are one sum. */
function text(units: Units): string {
  const sums = [...totals(units)].filter(([, quantity]) => quantity !== 0)
  return sums.length === 0
    ? 'no units'
    : sums
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([sku, quantity]) => `${quantity} × ${sku}`)
        .join(', ')
}
