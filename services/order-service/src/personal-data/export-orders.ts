import { type ExportedOrder, exportedOrdersMax } from '@alipay-checkout/contracts'
import { pageOf } from '@alipay-checkout/service-kit'
import { type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { orderBody, shipmentBody } from '../orders/order-body.ts'
import { toOrder } from '../orders/order-rows.ts'
import { orderLog, orderRecipients, orders } from '../orders/schema.ts'

/** A page of a customer's orders with all personal data, oldest first, after the order `cursor` if given. */
export async function exportOrders(
  db: Queryable,
  { customerId, cursor, service }: { customerId: string; cursor: string | undefined; service: string },
): Promise<{ items: ExportedOrder[]; nextCursor: string | null }> {
  const ofCustomer = eq(orders.customerId, customerId)
  const rows = await db
    .select()
    .from(orders)
    .where(cursor === undefined ? ofCustomer : and(ofCustomer, gt(orders.orderId, cursor)))
    .orderBy(asc(orders.orderId))
    .limit(exportedOrdersMax + 1)
  const { items, nextCursor } = pageOf(rows, exportedOrdersMax, ({ orderId }) => orderId)
  if (items.length === 0) return { items: [], nextCursor: null }
  const ids = textArray(items.map(({ orderId }) => orderId))
  const [recipients, logged] = await Promise.all([
    db.select().from(orderRecipients).where(sql`${orderRecipients.orderId} = any(${ids})`),
    db.select().from(orderLog).where(sql`${orderLog.orderId} = any(${ids})`).orderBy(asc(orderLog.id)),
  ])
  return {
    items: items.map(row => {
      const recipient = recipients.find(({ orderId }) => orderId === row.orderId)
      const changes = row.history.map(({ at, from, to, events, cause }) => ({
        at,
        service,
        what: events.join(' + ') || to,
        cause,
        detail: { from, to },
      }))
      const entries = logged
        .filter(({ orderId }) => orderId === row.orderId)
        .map(({ at, what, cause }) => ({ at: at.toISOString(), service, what, cause }))
      return {
        ...orderBody(toOrder(row)),
        ...(recipient?.shipTo ? { shipTo: recipient.shipTo } : {}),
        ...(recipient?.note ? { note: recipient.note } : {}),
        ...(row.shipments ? { shipments: row.shipments.map(shipment => shipmentBody(row.orderId, shipment)) } : {}),
        timeline: [...changes, ...entries].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
      }
    }),
    nextCursor,
  }
}
