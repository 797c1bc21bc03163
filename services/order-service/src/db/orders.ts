import { appendEvents } from '@alipay-checkout/messaging'
import { jsonRows, type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit'
import { and, asc, desc, eq, inArray, lt, lte, sql } from 'drizzle-orm'
import type { Decisions, Order, OrderFacts, OrderState } from '../order.ts'
import { orders } from './schema.ts'

type Row = typeof orders.$inferSelect

export const serviceName = 'order-service'

function toOrder(row: Row): Order {
  const { orderId, customerId, totalFen, lines, createdAt, expiresAt } = row
  return { orderId, customerId, totalFen, lines, createdAt, expiresAt, ...stateOf(row) }
}

function stateOf(row: Row): OrderState {
  switch (row.status) {
    case 'CLOSING':
      return { status: 'CLOSING', reason: row.closeReason ?? 'expired' }
    case 'PAID':
      if (!row.payment) throw new Error(`${row.orderId} is PAID without a payment`)
      return { status: 'PAID', payment: row.payment }
    case 'REJECTED':
      return { status: 'REJECTED', shortages: row.shortages ?? [] }
    case 'REINSTATING':
    case 'REFUNDED':
      throw new Error(`${row.orderId} is ${row.status}, which nothing brings about`)
    default:
      return { status: row.status }
  }
}

/** Saves new orders, all waiting for their stock, in one statement. */
export async function insertOrders(tx: Tx, placed: readonly OrderFacts[]): Promise<void> {
  const rows = placed.map(order => ({
    order_id: order.orderId,
    customer_id: order.customerId,
    total_fen: order.totalFen,
    lines: order.lines,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
  }))
  await tx.execute(sql`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select order_id, customer_id, 'RESERVING', total_fen, lines, created_at, expires_at, created_at
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      order_id text, customer_id text, total_fen bigint, lines jsonb, created_at timestamptz, expires_at timestamptz)`)
}

/** Locks these orders for the transaction, always in the same sequence, so that two batches can't deadlock. */
export async function lockOrders(tx: Tx, orderIds: readonly string[]): Promise<Order[]> {
  const rows = await tx
    .select()
    .from(orders)
    .where(sql`${orders.orderId} = any(${textArray([...new Set(orderIds)])})`)
    .orderBy(asc(orders.orderId))
    .for('update')
  return rows.map(toOrder)
}

/** Locks up to `limit` orders whose time is over, oldest first, leaving those that another replica is closing. */
export async function lockDueOrders(tx: Tx, now: Date, limit: number): Promise<Order[]> {
  const rows = await tx
    .select()
    .from(orders)
    .where(and(inArray(orders.status, ['RESERVING', 'PENDING_PAYMENT']), lte(orders.expiresAt, now)))
    .orderBy(asc(orders.expiresAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  return rows.map(toOrder)
}

/** Writes what was decided, and its events, in two statements. */
export async function saveDecisions(tx: Tx, { changed, events }: Decisions, now: Date): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(order => ({
    order_id: order.orderId,
    status: order.status,
    close_reason: order.status === 'CLOSING' ? order.reason : null,
    shortages: order.status === 'REJECTED' ? order.shortages : null,
    payment: order.status === 'PAID' ? order.payment : null,
  }))
  await tx.execute(sql`
    update orders o
    set status = r.status, close_reason = coalesce(r.close_reason, o.close_reason), shortages = r.shortages,
        payment = r.payment, updated_at = ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      order_id text, status text, close_reason text, shortages jsonb, payment jsonb)
    where o.order_id = r.order_id`)
  await appendEvents(tx, serviceName, events, now)
}

/** One order, or undefined. With a customer: only if it is that customer's. */
export async function findOrder(db: Queryable, orderId: string, customerId?: string): Promise<Order | undefined> {
  const [row] = await db
    .select()
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
  const mine = eq(orders.customerId, customerId)
  const rows = await db
    .select()
    .from(orders)
    .where(cursor === undefined ? mine : and(mine, lt(orders.orderId, cursor)))
    .orderBy(desc(orders.orderId))
    .limit(limit)
  return rows.map(toOrder)
}
