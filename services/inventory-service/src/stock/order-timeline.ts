import { OrderId, Timeline } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findStockHistory } from './stock-store.ts'

/** `GET /orders/{orderId}/timeline` → Timeline, oldest first: each change of the order's stock. */
export function addOrderTimeline(app: HttpApp, { db, service }: { db: Db; service: string }): void {
  app.get(
    '/orders/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async ({ params: { orderId } }) => {
      const { lines: ordered, history } = await findStockHistory(db, orderId)
      const entries = history.map(({ at, what, cause, lines }) => ({
        at,
        service,
        what,
        cause,
        detail: { lines: lines ?? ordered },
      }))
      return { orderId, entries }
    },
  )
}
