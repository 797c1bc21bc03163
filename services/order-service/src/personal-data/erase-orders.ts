import { type ErasableOrders, type EraseStep, erasedOrdersMax, type KeptOrder } from '@alipay-checkout/contracts'
import { type Actor, pageOf } from '@alipay-checkout/service-kit'
import { type AuditedChange, auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, type Queryable, textArray, transact } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { left } from '../orders/fulfilment.ts'
import { toOrder } from '../orders/order-rows.ts'
import type { Order } from '../orders/order-state.ts'
import { lockOrders, orderColumns } from '../orders/order-store.ts'
import { orders } from '../orders/schema.ts'
import { noteEntry } from '../orders/staff-notes.ts'

/** Idempotency keys that one step deletes besides those of its orders. */
const keysMax = 5_000

/** Why an order's personal data is still needed; undefined where the order is finished. Pure. */
export function whyKept(order: Order): string | undefined {
  switch (order.status) {
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return undefined
    case 'PAID':
      // Also where every unit was refunded, and the shop keeps the shipping fee.
      return left(order).length === 0 ? undefined : 'It is paid and not shipped completely. Ship or refund it first.'
    case 'REINSTATING':
      return 'Its payment came late and is being accepted or refunded. Repeat the erasure in a few minutes.'
    default:
      return 'It can still be paid. Cancel it, or wait until it expires.'
  }
}

/** A page of a customer's orders, oldest first, after the order `cursor` if given: which can be erased. */
export async function findErasable(
  db: Queryable,
  { customerId, cursor }: { customerId: string; cursor: string | undefined },
): Promise<ErasableOrders> {
  const ofCustomer = eq(orders.customerId, customerId)
  const rows = await db
    .select(orderColumns)
    .from(orders)
    .where(cursor === undefined ? ofCustomer : and(ofCustomer, gt(orders.orderId, cursor)))
    .orderBy(asc(orders.orderId))
    .limit(erasedOrdersMax + 1)
  const { items, nextCursor } = pageOf(rows, erasedOrdersMax, ({ orderId }) => orderId)
  const keptOrders = items.flatMap(row => keptOf(toOrder(row)))
  const kept = new Set(keptOrders.map(({ orderId }) => orderId))
  return { orderIds: items.map(({ orderId }) => orderId).filter(orderId => !kept.has(orderId)), keptOrders, nextCursor }
}

function keptOf(order: Order): KeptOrder[] {
  const why = whyKept(order)
  return why === undefined ? [] : [{ orderId: order.orderId, why }]
}

/**
 * Erases what belongs to a person in these orders, in one transaction: recipients, the customer's id in all columns,
 * metadata, the staff's notes, idempotency keys. Orders of others are left alone; orders that are not finished any more are returned as kept.
 * The customer's keys that belong to no order are deleted too. Repeating it changes nothing.
 */
export async function eraseOrders(
  db: Db,
  { customerId, pseudonym, orderIds }: EraseStep,
  actor: Actor,
): Promise<{ erasedOrders: number; keptOrders: KeptOrder[] }> {
  return transact(db, async tx => {
    const found = (await lockOrders(tx, orderIds)).filter(order => order.customerId === customerId)
    const keptOrders = found.flatMap(keptOf)
    const kept = new Set(keptOrders.map(({ orderId }) => orderId))
    const erased = found.map(({ orderId }) => orderId).filter(orderId => !kept.has(orderId))
    return {
      writes: [
        ...erasures(erased, { customerId, pseudonym, by: actor.id }),
        keyDeletion(customerId),
        ...auditInserts(auditedErasure(actor, pseudonym, erased.length)),
      ],
      result: { erasedOrders: erased.length, keptOrders },
    }
  })
}

/** The audit log names the pseudonym, because it keeps what it has for ever. */
function auditedErasure(actor: Actor, pseudonym: string, erasedOrders: number): AuditedChange[] {
  if (erasedOrders === 0) return []
  return [{ actor, action: 'customer.erase', object: pseudonym, after: { erasedOrders } }]
}

function erasures(
  orderIds: readonly string[],
  { customerId, pseudonym, by }: Pick<EraseStep, 'customerId' | 'pseudonym' | 'by'>,
): SQL[] {
  if (orderIds.length === 0) return []
  const ids = textArray(orderIds)
  const cause = `request of ${customerId}`
  const newCause = `request of ${pseudonym}`
  return [
    sql`delete from order_recipients where order_id = any(${ids})`,
    // updated_at stays, because the time at which an order ended may be taken from it.
    sql`
      update orders
      set customer_id = ${pseudonym}, metadata = null,
          history = (
            select coalesce(jsonb_agg(
              case when entry ->> 'cause' = ${cause} then jsonb_set(entry, '{cause}', to_jsonb(${newCause}::text)) else entry end
              order by number), '[]')
            from jsonb_array_elements(history) with ordinality as e(entry, number))
      where order_id = any(${ids})`,
    sql`update order_log set cause = ${newCause} where order_id = any(${ids}) and cause = ${cause}`,
    // What the staff wrote about an order may name a person.
    sql`update order_log set detail = null where order_id = any(${ids}) and what = ${noteEntry}`,
    // Events that could not be published. They are few.
    sql`
      update outbox_rejected
      set value = (jsonb_set(value::jsonb, '{customerId}', to_jsonb(${pseudonym}::text)) - 'metadata')::text
      where key = any(${ids}) and value::jsonb ->> 'customerId' = ${customerId}`,
    sql`
      insert into order_log (order_id, what, cause)
      select order_id, 'personal data erased', ${`requested by ${by}`}::text from unnest(${ids}) as order_id`,
  ]
}

/** Deletes the customer's keys, all but those of orders that are still the customer's. */
function keyDeletion(customerId: string): SQL {
  return sql`
    delete from idempotency_keys where ctid = any(array(
      select k.ctid from idempotency_keys k
      where k.customer_id = ${customerId}
        and not exists (select from orders o where o.order_id = k.order_id and o.customer_id = ${customerId})
      limit ${keysMax}))`
}
