import { setTimeout as delay } from 'node:timers/promises'
import { buyOne, type CheckoutTimes, noTimes } from './checkout.ts'
import { type Items, orderBody, type Shop } from './shop.ts'
import type { LoadResult } from './shoppers.ts'

export interface PacedLoad {
  ordersPerSecond: number
  seconds: number
  baskets: readonly Items[]
}

/** Below this a timer is not worth its wait, ms. */
const tickMs = 1

/**
 * Whole checkouts that begin at their time, whatever became of those before: times count from when an order was due, so
 * a system that falls behind shows it.
 */
export async function runPaced(
  shop: Shop,
  { ordersPerSecond, seconds, baskets }: PacedLoad,
): Promise<LoadResult & CheckoutTimes> {
  const bodies = baskets.map(orderBody)
  const times = noTimes()
  const failures: string[] = []
  const count = Math.round(ordersPerSecond * seconds)
  const startedAt = performance.now()
  const underWay: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    const dueAt = startedAt + (index * 1_000) / ordersPerSecond
    const earlyMs = dueAt - performance.now()
    if (earlyMs > tickMs) await delay(earlyMs)
    underWay.push(
      buyOne(shop, index, bodies[index % bodies.length]!, dueAt, times).catch(error => {
        failures.push((error as Error).message)
      }),
    )
  }
  await Promise.all(underWay)
  return { ...times, done: times.checkoutMs.length, failures, elapsedMs: performance.now() - startedAt }
}
