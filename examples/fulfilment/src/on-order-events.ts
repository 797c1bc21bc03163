import type { Handlers, Transaction } from '@alipay-checkout/consumer'
import type { LineUnits, ParcelStatus } from './tables.ts'

/**
 * What the warehouse does at each event. The consumer commits these statements together with the ids of the events, so
 * that each event takes effect once.
 */
export const onOrderEvents: Handlers = {
  async OrderPaid({ data: { orderId, lines } }, sql) {
    const units = lines.map(({ sku, quantity }) => ({ sku, quantity }))
    // An event that was dead-lettered may be sent again after the ids of handled events were deleted.
    await sql`
      insert into parcels (parcel_id, order_id, lines) values (${parcelIdOf(orderId)}, ${orderId}, ${sql.json(units)})
      on conflict do nothing`
  },

  async OrderRefunded({ data: { orderId, isWhole, lines, shippedLines } }, sql) {
    // The lock decides between this refund and the worker's dispatch.
    const [parcel] = await sql<{ status: ParcelStatus; lines: LineUnits[] }[]>`
      select status, lines from parcels where order_id = ${orderId} for update`
    // The order was refunded before it was paid in full: there was no OrderPaid.
    if (parcel === undefined) return
    if (isWhole) {
      await stop(sql, orderId, 'the order was refunded')
    } else if (parcel.status === 'TO_SHIP') {
      const left = takeOff(parcel.lines, notShipped(lines, shippedLines))
      await sql`
        update parcels set lines = ${sql.json(left)},
          status = ${left.length === 0 ? 'CANCELLED' : 'TO_SHIP'},
          why_cancelled = ${left.length === 0 ? 'every unit was refunded' : null}
        where order_id = ${orderId}`
    }
  },

  async OutsideRefundDetected({ data: { orderId } }, sql) {
    // It is in another topic, so it may come before OrderPaid, which then finds a parcel that is cancelled.
    await sql`
      insert into parcels (parcel_id, order_id, lines) values (${parcelIdOf(orderId)}, ${orderId}, '[]')
      on conflict do nothing`
    await stop(sql, orderId, 'money was refunded outside the shop: ask before shipping')
  },
}

/** Cancels a parcel that has not left; of one that has left, notes that it comes back. */
const stop = (sql: Transaction, orderId: string, why: string) => sql`
  update parcels set refund_known_at = coalesce(refund_known_at, clock_timestamp()),
    why_cancelled = case status when 'TO_SHIP' then ${why} else why_cancelled end,
    status = case status when 'TO_SHIP' then 'CANCELLED' when 'SHIPPED' then 'RETURN_EXPECTED' else status end
  where order_id = ${orderId}`

/** There is one parcel for each order, so its id follows from the order's. */
const parcelIdOf = (orderId: string): string => orderId.replace(/^ord_/, 'parcel_')

/** Refunded units that may still be taken off. Shipped ones are in the shop's list of shipments, and leave. */
const notShipped = (refunded: readonly LineUnits[], shipped: readonly LineUnits[]): LineUnits[] =>
  takeOff(refunded, shipped)

/** `lines` without these units, and without lines that have none left. */
export function takeOff(lines: readonly LineUnits[], units: readonly LineUnits[]): LineUnits[] {
  const taken = new Map<string, number>()
  for (const { sku, quantity } of units) taken.set(sku, (taken.get(sku) ?? 0) + quantity)
  return lines.flatMap(({ sku, quantity }) => {
    const left = quantity - (taken.get(sku) ?? 0)
    return left > 0 ? [{ sku, quantity: left }] : []
  })
}
