import { countMax, type Db, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** How old an order is when it is examined, s: a stock result takes less than a second. */
const examinedAfterS = 120
/** Orders that are followed at the same time, each with about 40 bytes of its id in every read. */
const followedMax = 1_000

/** Finds the orders that have been in RESERVING for two minutes. */
export interface LongReserving {
  /** The ids of those that are still in RESERVING, at most 1,000. Call it for each scrape. */
  find(): Promise<string[]>
}

/**
 * Examines each unpaid order once, when it is two minutes old, and follows by its id whatever is in RESERVING then: an
 * order that waits among any number of newer and older ones is found, with no index of RESERVING alone, which would cost
 * each order another write. A call examines at most 10,000 orders, so it keeps up with 666 unpaid orders per second where
 * it is called every 15 s. After a start, the first calls examine all orders that wait, oldest first.
 *
 * @param ttlMs how long an order can be paid: the index `orders_due` is by the end of that time, and the age follows from
 *   both. Orders that were placed with a longer time are examined later by the difference
 */
export function createLongReserving(db: Db, ttlMs: number): LongReserving {
  let followed: string[] = []
  /** The `expires_at` up to which orders have been examined, in PostgreSQL's precision. */
  let examinedUntil = '-infinity'
  const leftS = ttlMs / 1_000 - examinedAfterS

  return {
    async find() {
      const room = followedMax - followed.length
      const isFollowed = sql`order_id = any(${textArray(followed)})`
      const rows = await db.execute<{ orderId: string | null; expiresAt: string | null }>(sql`
        with examined as materialized (
          select order_id, status, expires_at from orders
          where status in ('RESERVING', 'PENDING_PAYMENT')
            and expires_at >= ${examinedUntil}::timestamptz and expires_at <= now() + ${leftS} * interval '1 second'
          order by expires_at limit ${countMax})
        select order_id as "orderId", null as "expiresAt" from orders where ${isFollowed} and status = 'RESERVING'
        union all (
          select order_id, expires_at::text from examined where status = 'RESERVING' and not ${isFollowed}
          order by expires_at limit ${room})
        union all select null, max(expires_at)::text from examined`)
      const found = rows.flatMap(({ orderId, expiresAt }) => (orderId === null ? [] : [{ orderId, expiresAt }]))
      const added = found.filter(({ expiresAt }) => expiresAt !== null)
      const last = added.length < room ? rows.find(({ orderId }) => orderId === null) : added.at(-1)
      // With as many as can be followed, the rest is examined once some of them are gone.
      examinedUntil = last?.expiresAt ?? examinedUntil
      followed = found.map(({ orderId }) => orderId)
      return followed
    },
  }
}
