import { randomBytes } from 'node:crypto'
import type { EventOfType } from '@alipay-checkout/consumer'
import type postgres from 'postgres'
import { onOrderEvents } from './on-order-events.ts'
import type { LineUnits, ParcelStatus } from './tables.ts'
import type { Refunded } from './test-shop.ts'

export const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`
export const twoOfTea: LineUnits[] = [{ sku: 'tea-01', quantity: 2 }]

/** Handles an OrderPaid in a transaction, as the consumer does. */
export const orderPaid = (sql: postgres.Sql, orderId: string, lines: LineUnits[] = twoOfTea) =>
  sql.begin(tx => onOrderEvents.OrderPaid?.({ data: { orderId, lines } } as unknown as EventOfType<'OrderPaid'>, tx))

/** Handles an OrderRefunded in a transaction, as the consumer does. */
export const orderRefunded = (sql: postgres.Sql, data: Refunded) =>
  sql.begin(tx => onOrderEvents.OrderRefunded?.({ data } as unknown as EventOfType<'OrderRefunded'>, tx))

/** Handles an OutsideRefundDetected in a transaction, as the consumer does. */
export const outsideRefund = (sql: postgres.Sql, orderId: string) =>
  sql.begin(tx =>
    onOrderEvents.OutsideRefundDetected?.({ data: { orderId } } as unknown as EventOfType<'OutsideRefundDetected'>, tx),
  )

/** What the warehouse has of an order: its parcel's state and lines, and the lines of everything that has left. */
export async function readParcel(sql: postgres.Sql, orderId: string) {
  const [parcel] = await sql<{ parcelId: string; status: ParcelStatus; lines: LineUnits[]; tries: number }[]>`
    select parcel_id as "parcelId", status, lines, tries from parcels where order_id = ${orderId}`
  const dispatches = await sql<{ lines: LineUnits[] }[]>`
    select lines from dispatches where parcel_id = ${parcel?.parcelId ?? null}`
  return {
    status: parcel?.status,
    lines: parcel?.lines,
    tries: parcel?.tries,
    left: dispatches.map(({ lines }) => lines),
  }
}

/** Ends every lease and pause, as time would. */
export const makeDue = (sql: postgres.Sql) => sql`update parcels set next_try_at = now() where status = 'TO_SHIP'`
