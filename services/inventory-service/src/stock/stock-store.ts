import { jsonRows, type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { StockHistoryEntry } from './schema.ts'
import type { Level, Line, Reservation, ReservationStatus, ReservedLine } from './stock-state.ts'

/**
 * Locks and returns the levels of these SKUs and of those that are reserved for these orders, without SKUs that are not
 * in the catalogue. Rows are locked in the order of their SKUs, so that two batches can't deadlock.
 */
export async function lockLevels(
  tx: Tx,
  { skus, orderIds = [] }: { skus: readonly string[]; orderIds?: readonly string[] },
): Promise<Level[]> {
  return await tx.execute<Level & Record<string, unknown>>(sql`
    select s.sku, s.available, s.reserved, s.sold, s.supplied
    from (
      select unnest(${textArray(skus)}) as sku
      union select sku from reservations where order_id = any(${textArray(orderIds)})
    ) touched
    join stock_levels s using (sku)
    order by s.sku for update of s`)
}

type ReservationRow = { order_id: string; status: ReservationStatus } & ReservedLine & Record<string, unknown>

/** Locks and returns the reservations of these orders, without orders that have none. */
export async function lockReservations(tx: Tx, orderIds: readonly string[]): Promise<Reservation[]> {
  const rows = await tx.execute<ReservationRow>(sql`
    select order_id, sku, quantity, status, returned from reservations
    where order_id = any(${textArray(orderIds)})
    order by order_id, sku for update`)
  const byOrder = Map.groupBy(rows, row => row.order_id)
  return [...byOrder].map(([orderId, lines]) => ({
    orderId,
    // All lines of an order are written with the same status, in one statement.
    status: (lines[0] as (typeof lines)[0]).status,
    lines: lines.map(({ sku, quantity, returned }) => ({ sku, quantity, returned })),
  }))
}

/** The statement that writes changed levels. Their rows must be locked. */
export function levelUpdates(levels: readonly Level[]): SQL[] {
  if (levels.length === 0) return []
  return [
    sql`
    update stock_levels s
    set available = r.available, reserved = r.reserved, sold = r.sold, supplied = r.supplied
    from jsonb_to_recordset(${jsonRows(levels)})
      as r(sku text, available bigint, reserved bigint, sold bigint, supplied bigint)
    where s.sku = r.sku`,
  ]
}

/** The statement that writes new and changed reservations and appends to their history. */
export function reservationUpserts(
  reservations: readonly Reservation[],
  historyOf: ReadonlyMap<string, readonly StockHistoryEntry[]>,
): SQL[] {
  if (reservations.length === 0) return []
  const rows = reservations.flatMap(({ orderId, status, lines }) =>
    lines.map(({ sku, quantity, returned }, index) => ({
      order_id: orderId,
      sku,
      quantity,
      status,
      ...(returned > 0 ? { returned } : {}),
      // The first line carries the history of the whole order.
      ...(index === 0 ? { history: historyOf.get(orderId) } : {}),
    })),
  )
  return [
    sql`
    insert into reservations (order_id, sku, quantity, status, returned, history)
    select order_id, sku, quantity, status, coalesce(returned, 0), coalesce(history, '[]')
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      order_id text, sku text, quantity bigint, status text, returned bigint, history jsonb)
    on conflict (order_id, sku) do update
    set status = excluded.status, returned = excluded.returned, updated_at = now(),
        history = reservations.history || excluded.history`,
  ]
}

/** The lines of an order and every change of its stock, oldest first; empty for an unknown order. */
export async function findStockHistory(
  db: Queryable,
  orderId: string,
): Promise<{ lines: Line[]; history: StockHistoryEntry[] }> {
  const rows = await db.execute<Line & { history: StockHistoryEntry[] } & Record<string, unknown>>(sql`
    select sku, quantity, history from reservations where order_id = ${orderId} order by sku`)
  return {
    lines: rows.map(({ sku, quantity }) => ({ sku, quantity })),
    // Entries of one batch have the same time and are on one line in order; the sort is stable, so they stay in order.
    history: rows.flatMap(row => row.history).toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  }
}
