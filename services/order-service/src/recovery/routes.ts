import { OrderId, type OrderStatus } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { findProducts } from '../catalogue/product-store.ts'
import type { HistoryEntry } from '../orders/decide-all.ts'
import { type Order, unfulfilled } from '../orders/order-state.ts'
import { decisionWrites, findSold, lockOrders, orderInserts } from '../orders/order-store.ts'
import { LostOrder, type Rebuilt, rebuildOrder } from './rebuild-order.ts'
import { openRefundRequests, stateEvents } from './state-events.ts'

/** Orders of one request: they share a transaction. */
const ordersMax = 500
const cause = 'restore'

/**
 * For `npm run recover`, after databases were restored:
 * `POST /recovery/republish` `{orderIds, refunds?}` publishes the events of these orders' states again, with new ids; with
 * `refunds` also the requests for refunds whose end is not known.
 * `POST /recovery/rebuild` `{orders}` stores orders that are lost here as the other services know them. Known ones stay.
 */
export function addRecovery(app: HttpApp, { db, outbox, ttlMs }: { db: Db; outbox: Outbox; ttlMs: number }): void {
  const republish = Type.Object({
    orderIds: Type.Array(OrderId, { minItems: 1, maxItems: ordersMax }),
    refunds: Type.Optional(Type.Boolean()),
  })
  app.post('/recovery/republish', { schema: { body: republish } }, ({ body: { orderIds, refunds = false } }) =>
    outbox.transact(async tx => {
      const [orders, sold, now] = await Promise.all([lockOrders(tx, orderIds), findSold(tx, orderIds), databaseNow(tx)])
      const events = orders.flatMap(order => [
        ...stateEvents(order, { isSold: sold.has(order.orderId) }),
        ...(refunds ? openRefundRequests(order) : []),
      ])
      return { events, now, result: { orders: orders.length, events: events.length } }
    }),
  )

  const rebuild = Type.Object({ orders: Type.Array(LostOrder, { minItems: 1, maxItems: ordersMax }) })
  app.post('/recovery/rebuild', { schema: { body: rebuild } }, async ({ body: { orders } }) => {
    const skus = orders.flatMap(({ payment, stock }) => [...(payment?.lines ?? []), ...(stock?.lines ?? [])])
    const catalogue = await findProducts(
      db,
      skus.map(({ sku }) => sku),
    )
    const all = orders.map(order => rebuildOrder(order, catalogue, ttlMs))
    return outbox.transact(async tx => {
      const known = new Set(
        (
          await lockOrders(
            tx,
            orders.map(({ orderId }) => orderId),
          )
        ).map(({ orderId }) => orderId),
      )
      const now = await databaseNow(tx)
      const rebuilt = all.flatMap(one => (one.outcome === 'rebuilt' && !known.has(one.details.orderId) ? [one] : []))
      const changed = rebuilt.map(
        ({ details, state }): Order => ({
          ...details,
          ...state,
          refunds: [],
          fulfilment: unfulfilled,
        }),
      )
      const history = new Map(changed.map(order => [order.orderId, [entryOf(order, now)]]))
      return {
        writes: [...orderInserts(rebuilt.map(({ details }) => details)), ...decisionWrites({ changed, history }, now)],
        events: changed.flatMap(order => stateEvents(order, { isSold: false })),
        now,
        result: { rebuilt: changed.map(({ orderId }) => orderId), notRebuilt: all.flatMap(refusalOf) },
      }
    })
  })
}

function entryOf({ status }: { status: OrderStatus }, now: Date): HistoryEntry {
  return { at: now.toISOString(), from: status, to: status, events: [], cause }
}

function refusalOf(one: Rebuilt): { orderId: string; reason: string }[] {
  return one.outcome === 'not_rebuilt' ? [{ orderId: one.orderId, reason: one.reason }] : []
}
