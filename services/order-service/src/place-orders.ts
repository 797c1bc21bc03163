import type { InternalPlaceOrder, NewEvent, OrderLine, Shortage } from '@alipay-checkout/contracts'
import { outboxInserts } from '@alipay-checkout/messaging'
import { faultPoint, Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow, transact } from '@alipay-checkout/service-kit/database'
import type { SQL } from 'drizzle-orm'
import { claimKeys, type KeyClaim, keyDeletes, keysWithoutOrder } from './db/idempotency-keys.ts'
import { orderInserts, serviceName } from './db/orders.ts'
import { type CatalogueEntry, findProducts } from './db/products.ts'
import { orderCreated } from './order-events.ts'
import type { OrderFacts } from './order-state.ts'
import type { SoldOut } from './sold-out.ts'

/** The most one payment can carry: Alipay's 100,000,000.00 yuan. */
const totalFenMax = 10_000_000_000

export interface PlaceRequest extends Pick<InternalPlaceOrder, 'customerId' | 'items' | 'idempotency'> {
  /** Chosen by the caller, so that it can start watching the order before it exists. */
  orderId: string
  traceparent: string | undefined
}

/** A new order, word that the key belongs to an earlier request, or what is known to be sold out: then there is no order. */
export type Placed =
  | { outcome: 'placed'; order: OrderFacts }
  | { outcome: 'key_was_used' }
  | { outcome: 'sold_out'; shortages: readonly Shortage[] }

/**
 * Saves many orders in one transaction: prices from our own catalogue, keys claimed, orders and OrderCreated written,
 * in two round trips. The database's clock says when an order was placed and when it expires.
 * Gives one result per request, in order; a request that can't be an order gets its Problem, the others go on.
 */
export async function placeOrders(
  db: Db,
  requests: readonly PlaceRequest[],
  { ttlMs, soldOut }: { ttlMs: number; soldOut: SoldOut },
): Promise<(Placed | Problem)[]> {
  return transact(db, async tx => {
    const claims = requests.flatMap(claimOf)
    const [now, catalogue, claimed] = await Promise.all([
      databaseNow(tx),
      findProducts(
        tx,
        requests.flatMap(({ items }) => items.map(({ sku }) => sku)),
      ),
      claimKeys(tx, claims),
    ])
    const result = requests.map((request): Placed | Problem => {
      const order = priceOrder(request, catalogue, { now, ttlMs })
      if (order instanceof Problem) return order
      if (request.idempotency && !claimed.has(request.orderId)) return { outcome: 'key_was_used' }
      const shortages = soldOut.shortagesOf(request.items)
      return shortages.length > 0 ? { outcome: 'sold_out', shortages } : { outcome: 'placed', order }
    })
    faultPoint('order.uncommitted')
    return { writes: writesOf(requests, result, now), result }
  })
}

/**
 * Saves what was placed, with its events; a key that was claimed for what is no order is free again. What is sold out is
 * an answer as good as an order: its key stays, for the answer to be kept.
 */
function writesOf(requests: readonly PlaceRequest[], results: readonly (Placed | Problem)[], now: Date): SQL[] {
  const placed: OrderFacts[] = []
  const events: NewEvent[] = []
  const refused: KeyClaim[] = []
  const soldOut: KeyClaim[] = []
  for (const [index, request] of requests.entries()) {
    const { traceparent } = request
    const result = results[index] as Placed | Problem
    if (result instanceof Problem) {
      refused.push(...claimOf(request))
    } else if (result.outcome === 'placed') {
      placed.push(result.order)
      events.push(traceparent ? { ...orderCreated(result.order), traceparent } : orderCreated(result.order))
    } else if (result.outcome === 'sold_out') soldOut.push(...claimOf(request))
  }
  return [
    ...keyDeletes(refused),
    ...keysWithoutOrder(soldOut),
    ...orderInserts(placed),
    ...outboxInserts(serviceName, events, now),
  ]
}

/** The claim of a request that has a key; none otherwise. */
function claimOf({ customerId, orderId, idempotency }: PlaceRequest): KeyClaim[] {
  return idempotency ? [{ customerId, orderId, ...idempotency }] : []
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
