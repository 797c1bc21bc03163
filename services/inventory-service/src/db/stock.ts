import type { StockLevel } from '@alipay-checkout/contracts'
import { jsonRows, type Tx, textArray } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'
import type { Reservation, ReservationStatus } from '../stock.ts'

/**
 * Locks the stock rows of these SKUs and gives back their levels; a SKU that is not in the catalogue is left out.
 * Rows are locked in the order of their SKUs, so that two batches never wait for each other in a circle.
 */
export async function lockLevels(tx: Tx, skus: readonly string[]): Promise<StockLevel[]> {
  return await tx.execute<StockLevel & Record<string, unknown>>(sql`
    select sku, available, held, sold, supplied from stock_levels
    where sku = any(${textArray(skus)})
    order by sku for update`)
}

/** Locks and gives back what is known of these orders; an order that is not known is left out. */
export async function lockReservations(tx: Tx, orderIds: readonly string[]): Promise<Reservation[]> {
  const rows = await tx.execute<{ order_id: string; sku: string; quantity: number; status: ReservationStatus }>(sql`
    select order_id, sku, quantity, status from reservations
    where order_id = any(${textArray(orderIds)})
    order by order_id, sku for update`)
  const byOrder = Map.groupBy(rows, row => row.order_id)
  return [...byOrder].map(([orderId, lines]) => ({
    orderId,
    // Every line of an order is written with the same status, in one statement.
    status: (lines[0] as (typeof lines)[0]).status,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }))
}

/** Writes changed levels, in one statement. Their rows must be locked. */
export async function saveLevels(tx: Tx, levels: readonly StockLevel[]): Promise<void> {
  if (levels.length === 0) return
  await tx.execute(sql`
    update stock_levels s
    set available = r.available, held = r.held, sold = r.sold, supplied = r.supplied
    from jsonb_to_recordset(${jsonRows(levels)})
      as r(sku text, available bigint, held bigint, sold bigint, supplied bigint)
    where s.sku = r.sku`)
}

/** Writes new and changed reservations, in one statement. */
export async function saveReservations(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length === 0) return
  const rows = reservations.flatMap(({ orderId, status, lines }) =>
    lines.map(({ sku, quantity }) => ({ order_id: orderId, sku, quantity, status })),
  )
  await tx.execute(sql`
    insert into reservations (order_id, sku, quantity, status)
    select order_id, sku, quantity, status
    from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, sku text, quantity bigint, status text)
    on conflict (order_id, sku) do update set status = excluded.status, updated_at = now()`)
}

/** Keeps who let how many units in or out, and why. */
export async function saveAdjustment(
  tx: Tx,
  adjustment: { sku: string; delta: number; reason: string; by: string },
): Promise<void> {
  const { sku, delta, reason, by } = adjustment
  await tx.execute(sql`
    insert into stock_adjustments (sku, delta, reason, adjusted_by) values (${sku}, ${delta}, ${reason}, ${by})`)
}
