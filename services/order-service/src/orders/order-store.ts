import { jsonRows, type Queryable, selectionOf, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm'
import type { Decisions, HistoryEntry } from './decide-all.ts'
import { rowOf, toOrder } from './order-rows.ts'
import type { Order, OrderDetails } from './order-state.ts'
import { orderLog, orders } from './schema.ts'

/** All columns except the history, which only the timeline reads. */
const { history: _history, ...orderColumns } = getTableColumns(orders)
const { fields, decode } = selectionOf(orderColumns)

export { orderColumns }

/** Log entries that a timeline shows. */
const logEntriesMax = 500

/** The statement that saves new orders in the status RESERVING. */
export function orderInserts(placed: readonly OrderDetails[]): SQL[] {
  if (placed.length === 0) return []
  const rows = placed.map(order => ({
    order_id: order.orderId,
    customer_id: order.customerId,
    total_fen: order.totalFen,
    lines: order.lines,
    adjustments: order.adjustments.length > 0 ? order.adjustments : undefined,
    reference: order.reference,
    metadata: order.metadata,
    traceparent: order.traceparent,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
  }))
  return [
    sql`
      insert into orders (order_id, customer_id, status, total_fen, lines, adjustments, reference, metadata,
                          traceparent, created_at, expires_at, updated_at)
      select order_id, customer_id, 'RESERVING', total_fen, lines, adjustments, reference, metadata,
             traceparent, created_at, expires_at, created_at
      from jsonb_to_recordset(${jsonRows(rows)}) as r(
        order_id text, customer_id text, total_fen bigint, lines jsonb, adjustments jsonb, reference text,
        metadata jsonb, traceparent text, created_at timestamptz, expires_at timestamptz)`,
  ]
}

/** Locks these orders in the order of their ids, so that two batches can't deadlock. */
export async function lockOrders(tx: Tx, orderIds: readonly string[]): Promise<Order[]> {
  const rows = await tx.execute(sql`
    select ${fields} from orders where order_id = any(${textArray([...new Set(orderIds)])})
    order by order_id for update`)
  return rows.map(row => toOrder(decode(row)))
}

/**
 * Locks up to `limit` orders that are due by the database's clock, oldest first, without those that another replica has
 * locked. The statuses are literals, because with parameters a generic plan can't use the index `orders_due`.
 */
export async function lockDueOrders(tx: Tx, limit: number): Promise<Order[]> {
  const rows = await tx.execute(sql`
    select ${fields} from orders
    where status in ('RESERVING', 'PENDING_PAYMENT') and expires_at <= now()
    order by expires_at limit ${limit} for update skip locked`)
  return rows.map(row => toOrder(decode(row)))
}

/** The same for delivered orders that are due to be completed. */
export async function lockOrdersToComplete(tx: Tx, limit: number): Promise<Order[]> {
  const rows = await tx.execute(sql`
    select ${fields} from orders where complete_at <= now()
    order by complete_at limit ${limit} for update skip locked`)
  return rows.map(row => toOrder(decode(row)))
}

/** The statement that writes changed orders and appends to their history. */
export function decisionWrites({ changed, history }: Pick<Decisions, 'changed' | 'history'>, now: Date): SQL[] {
  if (changed.length === 0) return []
  const rows = changed.map(order => ({ ...rowOf(order), history: history.get(order.orderId) }))
  return [
    sql`
    update orders o
    set status = r.status, close_reason = coalesce(r.close_reason, o.close_reason), shortages = r.shortages,
        payment = r.payment, reserved = coalesce(r.reserved, false), reinstating_from = r.reinstating_from,
        accepted_late_at = r.accepted_late_at, refunded_fen = coalesce(r.refunded_fen, 0),
        refunds = coalesce(r.refunds, '[]'), fulfilment_status = r.fulfilment_status, shipments = r.shipments,
        complete_at = r.complete_at, history = o.history || r.history,
        updated_at = ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      order_id text, status text, close_reason text, shortages jsonb, payment jsonb, reserved boolean,
      reinstating_from text, accepted_late_at timestamptz, refunded_fen bigint, refunds jsonb,
      fulfilment_status text, shipments jsonb, complete_at timestamptz, history jsonb)
    where o.order_id = r.order_id`,
  ]
}

/** The history of an order with its row, for its timeline; undefined for an unknown order. */
export async function findHistory(
  db: Queryable,
  orderId: string,
): Promise<{ order: Order; history: HistoryEntry[] } | undefined> {
  const [row] = await db.select().from(orders).where(eq(orders.orderId, orderId))
  return row && { order: toOrder(row), history: row.history }
}

/** Those of these orders for which OrderPaid was published. */
export async function findSold(db: Queryable, orderIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.execute<{ order_id: string }>(sql`
    select order_id from orders
    where order_id = any(${textArray(orderIds)}) and jsonb_path_exists(history, '$[*].events[*] ? (@ == "OrderPaid")')`)
  return new Set(rows.map(row => row.order_id))
}

/** What the log has of an order, oldest first: its first entries, so that a timeline stays bounded. */
export async function findLog(db: Queryable, orderId: string) {
  return db.select().from(orderLog).where(eq(orderLog.orderId, orderId)).orderBy(asc(orderLog.id)).limit(logEntriesMax)
}

/** One order, or undefined. With a customer: only if it is that customer's. */
export async function findOrder(db: Queryable, orderId: string, customerId?: string): Promise<Order | undefined> {
  const [row] = await db
    .select(orderColumns)
    .from(orders)
    .where(
      customerId === undefined
        ? eq(orders.orderId, orderId)
        : and(eq(orders.orderId, orderId), eq(orders.customerId, customerId)),
    )
  return row && toOrder(row)
}

/** A customer's orders, newest first, after the order `cursor` if given. */
export async function listOrders(
  db: Queryable,
  { customerId, cursor, limit }: { customerId: string; cursor: string | undefined; limit: number },
): Promise<Order[]> {
  const rows = await db
    .select(orderColumns)
    .from(orders)
    .where(and(eq(orders.customerId, customerId), cursor === undefined ? undefined : lt(orders.orderId, cursor)))
    .orderBy(desc(orders.orderId))
    .limit(limit)
  return rows.map(toOrder)
}
