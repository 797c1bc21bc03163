import { OrderId, Timeline, type TimelineEntry } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { HistoryEntry } from '../orders/decide-all.ts'
import type { OrderShipment } from '../orders/order-state.ts'
import { findHistory } from '../orders/order-store.ts'

/** `GET /orders/{orderId}/timeline` → Timeline, oldest first: every change of the order. */
export function addOrderTimeline(app: HttpApp, { db, service }: { db: Db; service: string }): void {
  app.get(
    '/orders/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async request => {
      const { orderId } = request.params
      const found = await findHistory(db, orderId)
      if (!found) throw new Problem('order-not-found', `There is no order ${orderId}.`)
      const placed: TimelineEntry = {
        at: found.createdAt.toISOString(),
        service,
        what: 'OrderCreated',
        cause: `request of ${found.customerId}`,
        detail: { to: 'RESERVING', totalFen: found.totalFen },
      }
      return { orderId, entries: [placed, ...found.history.map(entry => entryOf(entry, found.shipments, service))] }
    },
  )
}

function entryOf(entry: HistoryEntry, shipments: readonly OrderShipment[], service: string): TimelineEntry {
  const { at, from, to, events, cause, about, fulfilmentStatus } = entry
  // A change without an event is named after the status that the order reached.
  const what = events.length > 0 ? events.join(' + ') : to
  const shipment = shipments.find(({ shipmentId }) => shipmentId === about)
  const detail = {
    from,
    to,
    ...(about ? { about } : {}),
    ...(fulfilmentStatus ? { fulfilmentStatus } : {}),
    ...(shipment && { carrier: shipment.carrier, trackingNumber: shipment.trackingNumber, lines: shipment.lines }),
  }
  return { at, service, what, cause, detail }
}
