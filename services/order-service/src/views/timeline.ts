import { OrderId, Timeline, type TimelineEntry } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { HistoryEntry } from '../orders/decide-all.ts'
import type { OrderDetails, OrderShipment } from '../orders/order-state.ts'
import { findHistory, findLog } from '../orders/order-store.ts'

/** `GET /orders/{orderId}/timeline` → Timeline, oldest first: every change of the order, and who read its recipient. */
export function addOrderTimeline(app: HttpApp, { db, service }: { db: Db; service: string }): void {
  app.get(
    '/orders/:orderId/timeline',
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Timeline } } },
    async request => {
      const { orderId } = request.params
      const [found, log] = await Promise.all([findHistory(db, orderId), findLog(db, orderId)])
      if (!found) throw new Problem('order-not-found', `There is no order ${orderId}.`)
      const logged = log.map(({ at, what, cause, detail }): TimelineEntry => {
        return { at: at.toISOString(), service, what, cause, ...(detail ? { detail } : {}) }
      })
      const changes = found.history.map(entry => entryOf(entry, found.order.fulfilment.shipments, service))
      const entries = [...changes, ...logged].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
      return { orderId, entries: [placedEntry(found.order, service), ...entries] }
    },
  )
}

/** Without metadata, whose values may be anything, and without personal data. */
function placedEntry(order: OrderDetails, service: string): TimelineEntry {
  const { createdAt, customerId, totalFen, reference, adjustments } = order
  const given = {
    ...(reference === undefined ? {} : { reference }),
    ...(adjustments.length > 0 ? { adjustments } : {}),
  }
  return {
    at: createdAt.toISOString(),
    service,
    what: 'OrderCreated',
    cause: `request of ${customerId}`,
    detail: { to: 'RESERVING', totalFen, ...given },
  }
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
