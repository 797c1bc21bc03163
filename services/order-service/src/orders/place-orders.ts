import type { InternalPlaceOrder, NewEvent, Shortage } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import { faultPoint, Problem } from '@alipay-checkout/service-kit'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { type CatalogueEntry, findProducts } from '../catalogue/product-store.ts'
import { claimKeys, type KeyClaim, keyDeletes, orderIdRemovals } from '../idempotency/key-store.ts'
import { countOpenOrders, findReferences, lockCustomers, referenceKey, sumLimitedUnits } from './customer-orders.ts'
import { orderCreated } from './order-events.ts'
import { createLimitCheck, type OrderLimits } from './order-limits.ts'
import { recipientInserts } from './order-recipients.ts'
import type { OrderDetails } from './order-state.ts'
import { orderInserts } from './order-store.ts'
import { priceOrder } from './price-order.ts'
import type { SoldOutCache } from './sold-out.ts'

export interface PlaceRequest extends Omit<InternalPlaceOrder, 'waitMs'> {
  /** Chosen by the caller, so that it can watch the order before the order exists. */
  orderId: string
  traceparent: string | undefined
}

/** A new order; or none, because an earlier request used the key, or because the SoldOutCache reports shortages. */
export type Placed =
  | { outcome: 'placed'; order: OrderDetails }
  | { outcome: 'key_used' }
  | { outcome: 'sold_out'; shortages: readonly Shortage[] }

/**
 * Saves orders in one transaction of two round trips: locks customers, reads prices from the copied catalogue, claims
 * keys, checks references, totals and limits, writes orders, recipients and OrderCreated. `createdAt`, `expiresAt` and
 * the end of a quote follow the database's clock. Returns one result per request, in order; a refused request gets its
 * Problem and does not affect the others.
 */
export async function placeOrders(
  outbox: Outbox,
  requests: readonly PlaceRequest[],
  { ttlMs, limits, soldOut }: { ttlMs: number; limits: OrderLimits; soldOut: SoldOutCache },
): Promise<(Placed | Problem)[]> {
  return outbox.transact(async tx => {
    const customerIds = requests.map(({ customerId }) => customerId)
    const lines = requests.flatMap(({ customerId, items }) => items.map(({ sku }) => ({ customerId, sku })))
    // The locks come first, so that the later statements read the orders of the transaction that had them before.
    const [, now, catalogue, claimed, openOrders, units, references] = await Promise.all([
      lockCustomers(tx, customerIds),
      databaseNow(tx),
      findProducts(
        tx,
        lines.map(({ sku }) => sku),
      ),
      claimKeys(tx, requests.flatMap(claimOf)),
      countOpenOrders(tx, customerIds),
      sumLimitedUnits(tx, lines),
      findReferences(tx, requests),
    ])
    const check = createLimitCheck(limits, { openOrders, units })
    const result = requests.map((request): Placed | Problem => {
      // A repeat gets the stored response, even if its order would be refused now.
      if (request.idempotency && !claimed.has(request.orderId)) return { outcome: 'key_used' }
      const order = usedReference(request, references) ?? detailsOf(request, catalogue, { now, ttlMs })
      if (order instanceof Problem) return order
      const refusal = check.refusalOf(request, catalogue)
      if (refusal) return refusal
      const shortages = soldOut.shortagesOf(request.items)
      if (shortages.length > 0) return { outcome: 'sold_out', shortages }
      check.add(request)
      if (request.reference !== undefined) references.set(referenceKey(request), request.orderId)
      return { outcome: 'placed', order }
    })
    faultPoint('order.uncommitted')
    return { ...changesOf(requests, result), now, result }
  })
}

/**
 * The statements and events of one batch. The key of a refused request is deleted, so that it can be used again. The key
 * of a sold-out request stays, because its response is stored for repeats.
 */
function changesOf(requests: readonly PlaceRequest[], results: readonly (Placed | Problem)[]) {
  const placed: OrderDetails[] = []
  const events: NewEvent[] = []
  const refused: KeyClaim[] = []
  const soldOut: KeyClaim[] = []
  const recipients: { request: PlaceRequest; expiresAt: Date }[] = []
  for (const [index, request] of requests.entries()) {
    const { traceparent } = request
    const result = results[index] as Placed | Problem
    if (result instanceof Problem) {
      refused.push(...claimOf(request))
    } else if (result.outcome === 'placed') {
      placed.push(result.order)
      recipients.push({ request, expiresAt: result.order.expiresAt })
      events.push(traceparent ? { ...orderCreated(result.order), traceparent } : orderCreated(result.order))
    } else if (result.outcome === 'sold_out') soldOut.push(...claimOf(request))
  }
  const inserts = [...orderInserts(placed), ...recipientInserts(recipients)]
  return { writes: [...keyDeletes(refused), ...orderIdRemovals(soldOut), ...inserts], events }
}

/** The claim of a request that has a key; none otherwise. */
function claimOf({ customerId, orderId, idempotency }: PlaceRequest): KeyClaim[] {
  return idempotency ? [{ customerId, orderId, ...idempotency }] : []
}

/** The order that a request makes by the prices of now, or the problem with its quote, products or total. */
function detailsOf(
  { orderId, customerId, items, reference, metadata, quote, expectedTotalFen, traceparent }: PlaceRequest,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  { now, ttlMs }: { now: Date; ttlMs: number },
): OrderDetails | Problem {
  if (quote && Date.parse(quote.expiresAt) <= now.getTime()) {
    return new Problem('quote-invalid', `The quote expired at ${quote.expiresAt}. Request a new one.`, {
      reason: 'expired',
    })
  }
  const priced = priceOrder(items, catalogue, quote?.adjustments ?? [])
  if (priced instanceof Problem) return priced
  if (expectedTotalFen !== undefined && expectedTotalFen !== priced.totalFen) {
    return new Problem(
      'total-changed',
      `The total is ${priced.totalFen} fen, not ${expectedTotalFen}. Show it to the shopper, and send the request again with it.`,
      { ...priced },
    )
  }
  const expiresAt = new Date(now.getTime() + ttlMs)
  return { orderId, customerId, ...priced, reference, metadata, traceparent, createdAt: now, expiresAt }
}

function usedReference(request: PlaceRequest, references: ReadonlyMap<string, string>): Problem | undefined {
  const { reference } = request
  const orderId = reference === undefined ? undefined : references.get(referenceKey(request))
  if (orderId === undefined) return undefined
  return new Problem(
    'reference-used',
    `You have an order with the reference ${reference} already: ${orderId}. Send another reference for a new order.`,
    { orderId },
  )
}
