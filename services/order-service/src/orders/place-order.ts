import { InternalPlaceOrder, KeptAnswer, type Shortage } from '@alipay-checkout/contracts'
import { type Calls, createBatcher, faultPoint, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { DueJobs } from '@alipay-checkout/service-kit/due-jobs'
import { uuidv7obj } from 'uuidv7'
import { type ClaimedKey, findKey, freeKey, keepAnswers, takeOverKey } from '../idempotency/key-store.ts'
import { orderBody } from '../views/order-view.ts'
import type { OrderLimits } from './order-limits.ts'
import type { Order } from './order-state.ts'
import { findOrder } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'
import { type Placed, type PlaceRequest, placeOrders } from './place-orders.ts'
import type { SoldOut } from './sold-out.ts'

/** Requests that share a transaction. */
const batchSizeMax = 200

/** What an order's placing came to by the time we answer. */
type Answer = { status: 201 | 202; order: Order } | { status: 200; replayed: ClaimedKey }

export function addPlaceOrder(
  calls: Calls,
  {
    db,
    watch,
    soldOut,
    closing,
    wakeRelay,
    ttlMs,
    limits,
  }: {
    db: Db
    watch: OrderWatch
    soldOut: SoldOut
    closing: DueJobs
    wakeRelay: () => void
    ttlMs: number
    limits: OrderLimits
  },
): void {
  const place = createBatcher<PlaceRequest, Placed>({
    batchSizeMax,
    async run(requests) {
      const results = await placeOrders(db, requests, { ttlMs, limits, soldOut })
      faultPoint('order.committed')
      wakeRelay()
      const orders = results.flatMap(result =>
        !(result instanceof Problem) && result.outcome === 'placed' ? [result.order] : [],
      )
      closing.schedule(orders.map(({ expiresAt }) => expiresAt))
      return results
    },
  })
  const keep = createBatcher<KeptAnswer, KeptAnswer | undefined>({
    batchSizeMax,
    run: answers => keepAnswers(db, answers),
  })

  async function answer(request: InternalPlaceOrder, traceparent: string | undefined): Promise<Answer> {
    const orderId = `ord_${uuidv7obj().toHex()}`
    const verdict = request.waitMs > 0 ? watch.leaves(orderId, 'RESERVING', request.waitMs) : undefined
    const placed = await place({ ...request, orderId, traceparent })
    if (placed.outcome === 'key_was_used') return repeat(request, traceparent)
    if (placed.outcome === 'sold_out') throw outOfStock(placed)
    const saved: Order = { ...placed.order, refunds: [], status: 'RESERVING' }
    const outcome = (await verdict) ?? 'timeout'
    if (typeof outcome === 'object') return settled(outcome)
    // The verdict may be there though its hint was lost; without a wait there can hardly be one.
    return settled(verdict ? ((await findOrder(db, orderId)) ?? saved) : saved)
  }

  /** The key belongs to an earlier request: its answer again, or its order if nobody is answering it any more. */
  async function repeat(request: InternalPlaceOrder, traceparent: string | undefined): Promise<Answer> {
    const { key, requestHash } = request.idempotency as { key: string; requestHash: string }
    const row = await findKey(db, request.customerId, key)
    if (!row)
      throw new Problem('request-in-flight', 'The first request with this Idempotency-Key was just undone. Try again.')
    if (row.requestHash !== requestHash) {
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key was used with another body. Use a new key for a new order.',
      )
    }
    if (row.responseStatus !== null) return { status: 200, replayed: row }
    if (!(await takeOverKey(db, row))) {
      throw new Problem(
        'request-in-flight',
        'The first request with this Idempotency-Key is still running. Try again in a moment.',
      )
    }
    const { orderId } = row
    if (orderId === null) {
      // It was refused, and nobody was told: as if it came now.
      await freeKey(db, row)
      return answer(request, traceparent)
    }
    const verdict = watch.leaves(orderId, 'RESERVING', request.waitMs)
    const order = await findOrder(db, orderId)
    if (order?.status !== 'RESERVING') return settled(order as Order)
    const outcome = await verdict
    return settled(typeof outcome === 'object' ? outcome : ((await findOrder(db, orderId)) ?? order))
  }

  calls.post('/orders', InternalPlaceOrder, async (request, traceparent) => {
    const result = await answer(request, traceparent)
    if (result.status !== 200) return { status: result.status, body: { order: orderBody(result.order) } }
    const { responseStatus, responseBody, responseType } = result.replayed
    return {
      status: 200,
      body: { replayed: { status: responseStatus, body: responseBody, contentType: responseType } },
    }
  })

  calls.post('/idempotent-answers', KeptAnswer, async answer => {
    const earlier = await keep(answer)
    return earlier ? { status: 200, body: earlier } : { status: 204 }
  })
}

function settled(order: Order): Answer {
  switch (order.status) {
    case 'RESERVING':
      return { status: 202, order }
    case 'REJECTED':
      throw outOfStock(order)
    default:
      return { status: 201, order }
  }
}

function outOfStock({ orderId, shortages }: { orderId?: string; shortages: readonly Shortage[] }): Problem {
  return new Problem('out-of-stock', 'Some of it is not in stock any more. Nothing was ordered.', {
    ...(orderId && { orderId }),
    shortages,
  })
}
