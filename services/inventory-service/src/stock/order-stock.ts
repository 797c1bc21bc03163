import { OrderId, OrderStock } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { asc, eq } from 'drizzle-orm'
import Type from 'typebox'
import { reservations } from './schema.ts'

/** `GET /orders/{orderId}/stock` → OrderStock, by SKU; without items for an unknown order. */
export function addOrderStock(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/orders/:orderId/stock',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: OrderStock } } },
    async ({ params: { orderId } }) => {
      const { sku, quantity, status, returned } = reservations
      const items = await db
        .select({ sku, quantity, status, returned })
        .from(reservations)
        .where(eq(reservations.orderId, orderId))
        .orderBy(asc(sku))
      return { items }
    },
  )
}
