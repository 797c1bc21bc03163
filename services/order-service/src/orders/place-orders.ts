import type { InternalPlaceOrder, NewEvent, OrderLine, Shortage } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import { faultPoint, Problem } from '@alipay-checkout/service-kit'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { type CatalogueEntry, findProducts } from '../catalogue/product-store.ts'
import { claimKeys, type KeyClaim, keyDeletes, orderIdRemovals } from '../idempotency/key-store.ts'
import { countOpenOrders, lockCustomers, sumLimitedUnits } from './customer-orders.ts'
import { orderCreated } from './order-events.ts'
import { createLimitCheck, type OrderLimits } from './order-limits.ts'
import type { OrderDetails } from './order-state.ts'
import { orderInserts } from './order-store.ts'
import type { SoldOutCache } from './sold-out.ts'

/** The largest amount of one Alipay payment, 100,000,000.00 yuan. */
const totalFenMax = 10_000_000_000

export interface PlaceRequest extends Pick<InternalPlaceOrder, 'customerId' | 'items' | 'idempotency'> {
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
 * keys, checks limits, writes orders and OrderCreated. `createdAt` and `expiresAt` follow the database's clock. Returns
 * one result per request, in order; a refused request gets its Problem and does not affect the others.
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
    const [, now, catalogue, claimed, openOrders, units] = await Promise.all([
      lockCustomers(tx, customerIds),
      databaseNow(tx),
      findProducts(
        tx,
        lines.map(({ sku }) => sku),
      ),
      claimKeys(tx, requests.flatMap(claimOf)),
      countOpenOrders(tx, customerIds),
      sumLimitedUnits(tx, lines),
    ])
    const check = createLimitCheck(limits, { openOrders, units })
    const result = requests.map((request): Placed | Problem => {
      // A repeat gets the stored response, even if its order would be refused now.
      if (request.idempotency && !claimed.has(request.orderId)) return { outcome: 'key_used' }
      const order = priceOrder(request, catalogue, { now, ttlMs })
      if (order instanceof Problem) return order
      const refusal = check.refusalOf(request, catalogue)
      if (refusal) return refusal
      const shortages = soldOut.shortagesOf(request.items)
      if (shortages.length > 0) return { outcome: 'sold_out', shortages }
      check.add(request)
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
  return { writes: [...keyDeletes(refused), ...orderIdRemovals(soldOut), ...orderInserts(placed)], events }
}

/** The claim of a request that has a key; none otherwise. */
function claimOf({ customerId, orderId, idempotency }: PlaceRequest): KeyClaim[] {
  return idempotency ? [{ customerId, orderId, ...idempotency }] : []
}

function priceOrder(
  { orderId, customerId, items }: PlaceRequest,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  { now, ttlMs }: { now: Date; ttlMs: number },
): OrderDetails | Problem {
  const unknown = items.filter(({ sku }) => !catalogue.has(sku)).map(({ sku }) => sku)
  if (unknown.length > 0) {
    return new Problem('unknown-sku', `Not in the catalogue: ${unknown.join(', ')}. Remove it from the order.`, {
      skus: unknown,
    })
  }
  const offSale = items.filter(({ sku }) => !catalogue.get(sku)?.onSale).map(({ sku }) => sku)
  if (offSale.length > 0) {
    return new Problem('product-not-on-sale', `Not on sale: ${offSale.join(', ')}. Remove it from the order.`, {
      skus: offSale,
    })
  }
  const lines = items.map(({ sku, quantity }): OrderLine => {
    const { title, priceFen } = catalogue.get(sku) as CatalogueEntry
    return { sku, title, quantity, unitPriceFen: priceFen }
  })
  const totalFen = lines.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0)
  if (totalFen > totalFenMax) {
    return new Problem(
      'amount-out-of-range',
      `The total is ${totalFen} fen, and one order can have at most ${totalFenMax}. Split the order.`,
      {
        totalFen,
        totalFenMax,
      },
    )
  }
  return {
    orderId,
    customerId,
    totalFen,
    lines,
    adjustments: [],
    createdAt: now,
    expiresAt: new Date(now.getTime() + ttlMs),
  }
}
