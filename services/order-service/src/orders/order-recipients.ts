import { OrderId, type OrderNote, type Recipient, type ShipTo } from '@alipay-checkout/contracts'
import { type Actor, actorFrom, type HttpApp, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, jsonRows, type Queryable, textArray, transact } from '@alipay-checkout/service-kit/database'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import Type, { type Static } from 'typebox'
import { toOrder } from './order-rows.ts'
import type { CloseReason, Order } from './order-state.ts'
import { orderColumns } from './order-store.ts'
import { orderRecipients, orders } from './schema.ts'

/** The recipient's columns; null: the shopper gave none, or it is deleted. */
interface RecipientRow {
  readonly shipTo: ShipTo | null
  readonly note: string | null
}

interface Given {
  readonly orderId: string
  readonly shipTo?: ShipTo | undefined
  readonly note?: Static<typeof OrderNote> | undefined
}

/** The retention job first looks at a recipient a day after its order is due: most orders are closed or paid by then. */
const firstCheckAfterMs = 24 * 60 * 60 * 1000

/** The statement that saves the recipients of new orders; none where no order has one. */
export function recipientInserts(placed: readonly { request: Given; expiresAt: Date }[]): SQL[] {
  const rows = placed
    .filter(({ request: { shipTo, note } }) => shipTo !== undefined || note !== undefined)
    .map(({ request: { orderId, shipTo, note }, expiresAt }) => ({
      order_id: orderId,
      ship_to: shipTo,
      note,
      check_at: new Date(expiresAt.getTime() + firstCheckAfterMs),
    }))
  if (rows.length === 0) return []
  return [
    sql`
    insert into order_recipients (order_id, ship_to, note, check_at)
    select order_id, ship_to, note, check_at
    from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, ship_to jsonb, note text, check_at timestamptz)`,
  ]
}

/** One order with its recipient and why it was closed, or undefined. With a customer: only if it is that customer's. */
export async function findWithRecipient(
  db: Queryable,
  orderId: string,
  customerId?: string,
): Promise<{ order: Order; closeReason?: CloseReason; recipient: Omit<Recipient, 'orderId'> } | undefined> {
  const { shipTo, note } = orderRecipients
  const [row] = await db
    // Not nested: drizzle takes a nested object for absent if its first column is null.
    .select({ order: orderColumns, shipTo, note })
    .from(orders)
    .leftJoin(orderRecipients, eq(orderRecipients.orderId, orders.orderId))
    .where(and(eq(orders.orderId, orderId), customerId === undefined ? undefined : eq(orders.customerId, customerId)))
  if (!row) return undefined
  const { closeReason } = row.order
  return { order: toOrder(row.order), ...(closeReason ? { closeReason } : {}), recipient: recipientOf(row) }
}

/**
 * `GET /orders/{orderId}/recipient` (headers of an actor) → Recipient. The reading is logged, for the timeline and in the
 * audit log, before it is answered.
 */
export function addReadRecipient(app: HttpApp, { db }: { db: Db }): void {
  const schema = { params: Type.Object({ orderId: OrderId }), headers: RequiredActorHeaders }
  app.get('/orders/:orderId/recipient', { schema }, async ({ params: { orderId }, headers }): Promise<Recipient> => {
    const row = await transact(db, async tx => {
      const [found] = await tx.execute<RecipientRow & Record<string, unknown>>(sql`
        select r.ship_to as "shipTo", r.note from orders o left join order_recipients r using (order_id)
        where o.order_id = ${orderId}`)
      if (!found) throw new Problem('order-not-found', `There is no order ${orderId}.`)
      return { writes: readingInserts([orderId], actorFrom(headers)), result: found }
    })
    return { orderId, ...recipientOf(row) }
  })
}

/** The statements that log who has read the recipients of these orders, for the timeline and in the audit log. */
export function readingInserts(orderIds: readonly string[], actor: Actor): SQL[] {
  if (orderIds.length === 0) return []
  return [
    sql`
      insert into order_log (order_id, what, cause)
      select order_id, 'recipient read', ${`request of ${actor.id}`}::text from unnest(${textArray(orderIds)}) as order_id`,
    ...auditInserts(orderIds.map(orderId => ({ actor, action: 'recipient.read', object: orderId, orderId }))),
  ]
}

function recipientOf({ shipTo, note }: RecipientRow): Omit<Recipient, 'orderId'> {
  return { ...(shipTo === null ? {} : { shipTo }), ...(note === null ? {} : { note }) }
}
