import { OrderId, Timeline, type TimelineEntry } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { HistoryEntry } from '../orders/decide-all.ts'
import { findHistory, serviceName } from '../orders/order-store.ts'

/** `GET /orders/{orderId}/timeline` → Timeline, oldest first: how the order came to the state it is in. */
export function addOrderTimeline(app: HttpApp, { db }: { db: Db }): void {
  app.get(
    '/orders/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async request => {
      const { orderId } = request.params
      const found = await findHistory(db, orderId)
      if (!found) throw new Problem('order-not-found', `There is no order ${orderId}.`)
      const placed: TimelineEntry = {
        at: found.createdAt.toISOString(),
        service: serviceName,
        what: 'OrderCreated',
        cause: `request of ${found.customerId}`,
        detail: { to: 'RESERVING', totalFen: found.totalFen },
      }
      return { orderId, entries: [placed, ...found.history.map(entryOf)] }
    },
  )
}

function entryOf({ at, from, to, events, cause, about }: HistoryEntry): TimelineEntry {
  // What told the others nothing is named by the state that it reached.
  const what = events.length > 0 ? events.join(' + ') : to
  return { at, service: serviceName, what, cause, detail: { from, to, ...(about ? { about } : {}) } }
}
