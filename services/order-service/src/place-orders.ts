import type { InternalPlaceOrder, OrderLine } from '@alipay-checkout/contracts'
import { appendEvents } from '@alipay-checkout/messaging'
import { type Db, Problem } from '@alipay-checkout/service-kit'
import { claimKeys, type KeyClaim } from './db/idempotency-keys.ts'
import { insertOrders, serviceName } from './db/orders.ts'
import { type CatalogueEntry, findProducts } from './db/products.ts'
import { orderCreated } from './order-events.ts'
import type { OrderFacts } from './order-state.ts'

/** The most one payment can carry: Alipay's 100,000,000.00 yuan. */
const totalFenMax = 10_000_000_000

export interface PlaceRequest extends Pick<InternalPlaceOrder, 'customerId' | 'items' | 'idempotency'> {
  /** Chosen by the caller, so that it can start watching the order before it exists. */
  orderId: string
  traceparent: string | undefined
}

/** A new order, or word that the key belongs to an earlier request. */
export type Placed = { outcome: 'placed'; order: OrderFacts } | { outcome: 'key_was_used' }

/**
 * Saves many orders in one transaction: prices from our own catalogue, keys claimed, orders and OrderCreated written.
 * Gives one result per request, in order; a request that can't be an order gets its Problem, the others go on.
 */
export async function placeOrders(
  db: Db,
  requests: readonly PlaceRequest[],
  { now, ttlMs }: { now: Date; ttlMs: number },
): Promise<(Placed | Problem)[]> {
  const catalogue = await findProducts(
    db,
    requests.flatMap(({ items }) => items.map(({ sku }) => sku)),
  )
  const priced = requests.map(request => priceOrder(request, catalogue, { now, ttlMs }))
  const keyUsed = await db.transaction(async tx => {
    const valid = requests.filter((_, index) => !(priced[index] instanceof Problem))
    const claims = valid.flatMap(({ customerId, orderId, idempotency }): KeyClaim[] =>
      idempotency ? [{ customerId, orderId, ...idempotency }] : [],
    )
    const claimed = await claimKeys(tx, claims, now)
    const used = new Set(claims.map(({ orderId }) => orderId).filter(orderId => !claimed.has(orderId)))
    const placed = priced.filter(
      (order): order is OrderFacts => !(order instanceof Problem) && !used.has(order.orderId),
    )
    if (placed.length > 0) {
      const traces = new Map(requests.map(({ orderId, traceparent }) => [orderId, traceparent]))
      await insertOrders(tx, placed)
      const events = placed.map(order => {
        const traceparent = traces.get(order.orderId)
        return traceparent ? { ...orderCreated(order), traceparent } : orderCreated(order)
      })
      await appendEvents(tx, serviceName, events, now)
    }
    return used
  })
  return priced.map(order => {
    if (order instanceof Problem) return order
    return keyUsed.has(order.orderId) ? { outcome: 'key_was_used' } : { outcome: 'placed', order }
  })
}

function priceOrder(
  { orderId, customerId, items }: PlaceRequest,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  { now, ttlMs }: { now: Date; ttlMs: number },
): OrderFacts | Problem {
  const unknown = items.filter(({ sku }) => !catalogue.has(sku)).map(({ sku }) => sku)
  if (unknown.length > 0) {
    return new Problem('unknown-sku', `Not in the catalogue: ${unknown.join(', ')}. Take it out of the basket.`, {
      skus: unknown,
    })
  }
  const lines = items.map(({ sku, quantity }): OrderLine => {
    const { title, priceFen } = catalogue.get(sku) as CatalogueEntry
    return { sku, title, quantity, unitPriceFen: priceFen }
  })
  const totalFen = lines.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0)
  if (totalFen > totalFenMax) {
    return new Problem('amount-out-of-range', `One order can be at most ${totalFenMax} fen; this one is ${totalFen}.`, {
      totalFen,
      totalFenMax,
    })
  }
  return { orderId, customerId, totalFen, lines, createdAt: now, expiresAt: new Date(now.getTime() + ttlMs) }
}
