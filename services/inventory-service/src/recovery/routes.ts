import { type NewEvent, OrderId, type ProductChanged } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { databaseNow, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type from 'typebox'
import { lockLevels, lockReservations } from '../stock/stock-store.ts'
import { stateEvents } from './state-events.ts'

/** Orders of one request: they share a transaction. */
const ordersMax = 500

/**
 * For `npm run recover`, after databases were restored: `POST /recovery/republish` `{orderIds}` publishes the stock results
 * of these orders again, with new ids. `POST /recovery/republish-products` publishes every product as it is: order-service
 * keeps the newest version.
 */
export function addRecovery(app: HttpApp, { outbox }: { outbox: Outbox }): void {
  const body = Type.Object({ orderIds: Type.Array(OrderId, { minItems: 1, maxItems: ordersMax }) })
  app.post('/recovery/republish', { schema: { body } }, ({ body: { orderIds } }) =>
    outbox.transact(async tx => {
      const [levels, reservations, trades, now] = await Promise.all([
        lockLevels(tx, { skus: [], orderIds }),
        lockReservations(tx, orderIds),
        findReinstated(tx, orderIds),
        databaseNow(tx),
      ])
      const available = new Map(levels.map(level => [level.sku, level]))
      const events = reservations.flatMap(one => stateEvents(one, trades.get(one.orderId) ?? [], available))
      return { events, now, result: { orders: reservations.length, events: events.length } }
    }),
  )

  app.post('/recovery/republish-products', () =>
    outbox.transact(async tx => {
      const [events, now] = await Promise.all([readProducts(tx), databaseNow(tx)])
      return { events, now, result: { events: events.length } }
    }),
  )
}

/** The trades of late payments for which these orders were reinstated. */
async function findReinstated(tx: Tx, orderIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.execute<{ orderId: string; tradeNo: string }>(sql`
    select order_id as "orderId", operation_id as "tradeNo" from stock_operations
    where event_type = 'OrderReinstating' and order_id = any(${textArray(orderIds)}) order by applied_at`)
  return new Map(
    [...Map.groupBy(rows, ({ orderId }) => orderId)].map(([orderId, its]) => [
      orderId,
      its.map(({ tradeNo }) => tradeNo),
    ]),
  )
}

async function readProducts(tx: Tx): Promise<NewEvent<ProductChanged>[]> {
  const rows = await tx.execute<
    ProductChanged['data'] & { maxPerCustomer: number | null } & Record<string, unknown>
  >(sql`
    select sku, title, price_fen as "priceFen", version, on_sale as "onSale", max_per_customer as "maxPerCustomer"
    from products order by sku`)
  return rows.map(({ maxPerCustomer, ...product }) => ({
    type: 'ProductChanged',
    key: product.sku,
    data: { ...product, ...(maxPerCustomer === null ? {} : { maxPerCustomer }) },
  }))
}
