import type { StockLevel } from '@alipay-checkout/contracts'
import { jsonRows, type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { StockHistoryEntry } from './schema.ts'
import type { Line, Reservation, ReservationStatus, ReservedLine } from './stock.ts'

/**
 * Locks the stock rows of these SKUs, and of those that are reserved for these orders, and gives back their levels; a
 * SKU that is not in the catalogue is left out. Rows are locked in the order of their SKUs, so that two batches never
 * wait for each other in a circle.
 */
export async function lockLevels(
  tx: Tx,
  { skus, orderIds = [] }: { skus: readonly string[]; orderIds?: readonly string[] },
): Promise<StockLevel[]> {
  return await tx.execute<StockLevel & Record<string, unknown>>(sql`
    select s.sku, s.available, s.held, s.sold, s.supplied
    from (
      select unnest(${textArray(skus)}) as sku
      union select sku from reservations where order_id = any(${textArray(orderIds)})
    ) touched
    join stock_levels s using (sku)
    order by s.sku for update of s`)
}

type ReservationRow = { order_id: string; status: ReservationStatus } & ReservedLine & Record<string, unknown>

/** Locks and gives back what is known of these orders; an order that is not known is left out. */
export async function lockReservations(tx: Tx, orderIds: readonly string[]): Promise<Reservation[]> {
  const rows = await tx.execute<ReservationRow>(sql`
    select order_id, sku, quantity, status, returned from reservations
    where order_id = any(${textArray(orderIds)})
    order by order_id, sku for update`)
  const byOrder = Map.groupBy(rows, row => row.order_id)
  return [...byOrder].map(([orderId, lines]) => ({
    orderId,
    // Every line of an order is written with the same status, in one statement.
    status: (lines[0] as (typeof lines)[0]).status,
    lines: lines.map(({ sku, quantity, returned }) => ({ sku, quantity, returned })),
  }))
}

/** The statement that writes changed levels. Their rows must be locked. */
export function levelUpdates(levels: readonly StockLevel[]): SQL[] {
  if (levels.length === 0) return []
  return [
    sql`
    update stock_levels s
    set available = r.available, held = r.held, sold = r.sold, supplied = r.supplied
    from jsonb_to_recordset(${jsonRows(levels)})
      as r(sku text, available bigint, held bigint, sold bigint, supplied bigint)
    where s.sku = r.sku`,
  ]
}

/** The statement that writes new and changed reservations and what happened to each. */
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
      // One line tells it for the whole order.
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

/** What an order asked for, and everything that happened to its stock, oldest first; nothing if it is not known. */
export async function findStockHistory(
  db: Queryable,
  orderId: string,
): Promise<{ lines: Line[]; history: StockHistoryEntry[] }> {
  const rows = await db.execute<Line & { history: StockHistoryEntry[] } & Record<string, unknown>>(sql`
    select sku, quantity, history from reservations where order_id = ${orderId} order by sku`)
  return {
    lines: rows.map(({ sku, quantity }) => ({ sku, quantity })),
    // Appended in order on each line; a batch's entries share a time and a line, and sorting keeps them in place.
    history: rows.flatMap(row => row.history).toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  }
}
