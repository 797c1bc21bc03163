import { InternalPlaceOrder, type Shortage } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import { type Calls, createBatcher, faultPoint, isUnreachable, nameOrder, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { uuidv7obj } from 'uuidv7'
import { type ClaimedKey, deleteUnusedKey, findKey, takeOverKey } from '../idempotency/key-store.ts'
import { orderBody } from './order-body.ts'
import type { OrderLimits } from './order-limits.ts'
import { type Order, unfulfilled } from './order-state.ts'
import { findOrder } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'
import { type Placed, type PlaceRequest, placeOrders } from './place-orders.ts'
import type { SoldOutCache } from './sold-out.ts'

/** Requests that share one transaction. */
const batchSizeMax = 200

interface PlaceOrderOptions {
  db: Db
  outbox: Outbox
  watch: OrderWatch
  soldOut: SoldOutCache
  closer: DueWorker
  /** How long an order waits for its payment, ms. */
  ttlMs: number
  limits: OrderLimits
}

/** A new order with the status that it has reached, or the stored response of an earlier request with the same key. */
type PlaceAnswer = { status: 201 | 202; order: Order } | { status: 200; replayed: ClaimedKey }

/** `POST /orders` InternalPlaceOrder → 201, 202 or 200, as `InternalPlaceOrder` describes. */
export function addPlaceOrder(calls: Calls, options: PlaceOrderOptions): void {
  const { db, watch } = options
  const place = createPlacer(options)

  async function placeNew(request: InternalPlaceOrder, traceparent: string): Promise<PlaceAnswer> {
    const orderId = `ord_${uuidv7obj().toHex()}`
    nameOrder(orderId)
    const reserving = request.waitMs > 0 ? watch.leaves(orderId, 'RESERVING', request.waitMs) : undefined
    const placed = await place({ ...request, orderId, traceparent })
    if (placed.outcome === 'key_used') return repeat(request, traceparent)
    if (placed.outcome === 'sold_out') throw outOfStock(placed)
    const saved: Order = { ...placed.order, refunds: [], fulfilment: unfulfilled, status: 'RESERVING' }
    const outcome = (await reserving) ?? 'timeout'
    if (typeof outcome === 'object') return answerOf(outcome)
    // A lost hint looks like a timeout, so the order is read once more. A caller that does not wait gets it as saved.
    return answerOf(reserving ? ((await findOrder(db, orderId)) ?? saved) : saved)
  }

  /** Answers a request whose key an earlier request claimed: with the stored response, else with that request's order. */
  async function repeat(request: InternalPlaceOrder, traceparent: string): Promise<PlaceAnswer> {
    const { key, requestHash } = request.idempotency as { key: string; requestHash: string }
    const row = await findKey(db, request.customerId, key)
    if (!row) {
      throw inFlight('The first request with this Idempotency-Key was just refused. Try again.')
    }
    if (row.requestHash !== requestHash) {
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key was used with another body. Use a new key for a new order.',
      )
    }
    if (row.responseStatus !== null) return { status: 200, replayed: row }
    if (!(await takeOverKey(db, row))) {
      throw inFlight('The first request with this Idempotency-Key is still running. Try again in a moment.')
    }
    const { orderId } = row
    if (orderId === null) {
      // The first request was refused as sold out, and its response was never stored: this one is placed as new.
      await deleteUnusedKey(db, row)
      return placeNew(request, traceparent)
    }
    const reserving = watch.leaves(orderId, 'RESERVING', request.waitMs)
    const order = await findOrder(db, orderId)
    if (order?.status !== 'RESERVING') return answerOf(order as Order)
    const outcome = await reserving
    return answerOf(typeof outcome === 'object' ? outcome : ((await findOrder(db, orderId)) ?? order))
  }

  calls.post('/orders', InternalPlaceOrder, async (request, traceparent) => {
    const answer = await placeNew(request, traceparent)
    if (answer.status !== 200) return { status: answer.status, body: { order: orderBody(answer.order) } }
    const { responseStatus, responseBody, responseType } = answer.replayed
    return {
      status: 200,
      body: { replayed: { status: responseStatus, body: responseBody, contentType: responseType } },
    }
  })
}

/** Places orders of concurrent requests in one transaction, and schedules the closing of those that are not paid. */
function createPlacer({ outbox, soldOut, closer, ttlMs, limits }: PlaceOrderOptions) {
  return createBatcher<PlaceRequest, Placed>({
    batchSizeMax,
    failsBatch: isUnreachable,
    async run(requests) {
      const results = await placeOrders(outbox, requests, { ttlMs, limits, soldOut })
      faultPoint('order.committed')
      const orders = results.flatMap(result =>
        !(result instanceof Problem) && result.outcome === 'placed' ? [result.order] : [],
      )
      closer.schedule(orders.map(({ expiresAt }) => expiresAt))
      return results
    },
  })
}

function answerOf(order: Order): PlaceAnswer {
  switch (order.status) {
    case 'RESERVING':
      return { status: 202, order }
    case 'REJECTED':
      throw outOfStock(order)
    default:
      return { status: 201, order }
  }
}

function inFlight(detail: string): Problem {
  return new Problem('request-in-flight', detail)
}

function outOfStock({ orderId, shortages }: { orderId?: string; shortages: readonly Shortage[] }): Problem {
  return new Problem(
    'out-of-stock',
    'Not enough stock, so nothing was ordered. `shortages` names the products: order fewer units.',
    {
      ...(orderId && { orderId }),
      shortages,
    },
  )
}
