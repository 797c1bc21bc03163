import { withDatabase } from '@alipay-checkout/test-support'
import type { PromiseScores } from './scores.ts'

/** When an order was placed and when it expires, ms since 1970. */
export interface OrderTimes {
  orderId: string
  createdAtMs: number
  expiresAtMs: number
}

/** Clocks of one machine agree, but a transaction may begin before its order is numbered, ms. */
const toleranceMs = 2_000

/**
 * Checks that orders have the database's time, whatever the clock of the replica that placed them (10). Pure.
 *
 * @param run when the run began and when the orders were read, by the database's clock, ms
 */
export function judgeTimes(
  orders: readonly OrderTimes[],
  run: { ttlMs: number; fromMs: number; untilMs: number },
  scores: PromiseScores,
): void {
  scores.checked(10, 'orders and when they expire', orders.length)
  for (const { orderId, createdAtMs, expiresAtMs } of orders) {
    const ttlMs = expiresAtMs - createdAtMs
    if (createdAtMs < run.fromMs - toleranceMs || createdAtMs > run.untilMs + toleranceMs) {
      scores.broken(10, orderId, `it was placed at ${new Date(createdAtMs).toISOString()}, outside this run`)
    } else if (Math.abs(ttlMs - run.ttlMs) > toleranceMs) {
      scores.broken(10, orderId, `it expires ${ttlMs / 1000} s after it was placed, not ${run.ttlMs / 1000} s`)
    }
  }
}

/** The database's clock, ms since 1970. */
export function readClock(url: string): Promise<number> {
  return withDatabase(url, async sql => {
    const [row] = await sql<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`
    return row?.ms ?? 0
  })
}

export function readOrderTimes(url: string): Promise<OrderTimes[]> {
  return withDatabase(
    url,
    sql => sql<OrderTimes[]>`
      select order_id as "orderId", extract(epoch from created_at)::float8 * 1000 as "createdAtMs",
        extract(epoch from expires_at)::float8 * 1000 as "expiresAtMs"
      from orders`,
  )
}

/** Orders that expired too early by the database's clock. */
export async function readEarlyClosings(url: string): Promise<{ orderId: string; earlyS: number }[]> {
  return withDatabase(
    url,
    sql => sql<{ orderId: string; earlyS: number }[]>`
      select order_id as "orderId", extract(epoch from expires_at - clock_timestamp())::float8 as "earlyS"
      from orders
      where (status = 'EXPIRED' or (status = 'CLOSING' and close_reason = 'expired'))
        and expires_at > clock_timestamp() + ${toleranceMs} * interval '1 millisecond'`,
  )
}
