import { OrderId, type SearchHit, type SearchHits, ShipmentId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { type Db, type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import Type from 'typebox'
import { Compile } from 'typebox/compile'

const hitsMax = 20
const orderIdSchema = Compile(OrderId)
const shipmentIdSchema = Compile(ShipmentId)

const Query = Type.Object(
  { q: Type.String({ minLength: 1, maxLength: 128, description: 'The whole text that was told or copied' }) },
  { additionalProperties: false },
)

/**
 * `GET /admin/search?q=` → SearchHits: orders by their id or reference, shipments by their id or tracking number, and the
 * customer with this id. Only what is equal is found, each by an index.
 */
export function addSearch(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/search', { schema: { querystring: Query } }, async ({ query }): Promise<SearchHits> => {
    const text = query.q.trim()
    if (text === '') return { items: [] }
    const found = await Promise.all([
      orderOf(db, text),
      shipmentOf(db, text),
      ordersOfReference(db, text),
      shipmentsOfTrackingNumber(db, text),
      customerOf(db, text),
    ])
    return { items: found.flat().slice(0, hitsMax) }
  })
}

async function orderOf(db: Queryable, text: string): Promise<SearchHit[]> {
  if (!orderIdSchema.Check(text)) return []
  const ids = await orderIdsWhere(db, sql`order_id = ${text}`)
  return ids.map(orderId => ({ kind: 'order', id: orderId, orderId, matched: 'order id' }))
}

async function shipmentOf(db: Queryable, text: string): Promise<SearchHit[]> {
  if (!shipmentIdSchema.Check(text)) return []
  const [orderId] = await orderIdsWhere(
    db,
    sql`order_id = ${`ord_${text.split('_')[1]}`} and shipments @> ${JSON.stringify([{ shipmentId: text }])}::jsonb`,
  )
  return orderId === undefined ? [] : [{ kind: 'shipment', id: text, orderId, matched: 'shipment id' }]
}

async function ordersOfReference(db: Queryable, text: string): Promise<SearchHit[]> {
  const ids = await orderIdsWhere(db, sql`reference = ${text} and reference is not null`)
  return ids.map(orderId => ({ kind: 'order', id: orderId, orderId, matched: 'reference' }))
}

/** By the index `orders_of_tracking_number`: its expression has to be written in the same way. */
async function shipmentsOfTrackingNumber(db: Queryable, text: string): Promise<SearchHit[]> {
  const rows = await db.execute<{ orderId: string; shipmentId: string }>(sql`
    select order_id as "orderId", shipment ->> 'shipmentId' as "shipmentId"
    from (
      select order_id, shipments from orders
      where shipments is not null
        and jsonb_path_query_array(shipments, '$[*].trackingNumber') ?| ${textArray([text])}
      limit ${hitsMax}
    ) o, jsonb_array_elements(o.shipments) shipment
    where shipment ->> 'trackingNumber' = ${text} limit ${hitsMax}`)
  return rows.map(({ orderId, shipmentId }) => ({
    kind: 'shipment',
    id: shipmentId,
    orderId,
    matched: 'tracking number',
  }))
}

async function customerOf(db: Queryable, text: string): Promise<SearchHit[]> {
  const [row] = await db.execute(sql`select from orders where customer_id = ${text} limit 1`)
  return row === undefined ? [] : [{ kind: 'customer', id: text, matched: 'customer id' }]
}

async function orderIdsWhere(db: Queryable, condition: SQL): Promise<string[]> {
  const rows = await db.execute<{ orderId: string }>(sql`
    select order_id as "orderId" from orders where ${condition} limit ${hitsMax}`)
  return rows.map(({ orderId }) => orderId)
}
