import type { OrderStatus, OrdersToday } from '@alipay-checkout/contracts'
import { beijingDay, firstIdAt, type HttpApp, startOf } from '@alipay-checkout/service-kit'
import { type Db, databaseNow, type Queryable } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** Orders that one counting reads at most: of the last 24 hours, and of the open ones. */
const countedMax = 200_000
/** Paid orders of which the delay is taken, and newest orders among which they are searched. */
const delaysMax = 200
const searchedForDelaysMax = 2_000
/** How long a counting is answered from memory, ms: at least this, and so many times as long as it took. */
const keptMs = 15_000
const keptPerCountingMs = 200
const hourMs = 60 * 60 * 1000
const openStatuses = ['RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'REINSTATING'] as const
const finalStatuses = ['PAID', 'EXPIRED', 'CANCELLED', 'REJECTED', 'REFUNDED'] as const

type State = OrdersToday['states'][number]

/** `GET /admin/today` → OrdersToday. All consoles share one counting, so that they cost the database next to nothing. */
export function addToday(app: HttpApp, { db }: { db: Db }): void {
  const countShared = shared(() => countToday(db))
  app.get('/admin/today', () => countShared())
}

/**
 * The result of `count`, shared by all callers for `keptMs`, and longer where counting takes long. A failure is not kept.
 * `now`: ms on a monotonic clock.
 */
export function shared<T>(count: () => Promise<T>, now: () => number = () => performance.now()): () => Promise<T> {
  let current: Promise<T> | undefined
  let keptUntil = Number.POSITIVE_INFINITY
  return () => {
    if (current && now() < keptUntil) return current
    const startedAt = now()
    keptUntil = Number.POSITIVE_INFINITY
    const counting = count()
    current = counting
    counting.then(
      () => {
        keptUntil = now() + Math.max(keptMs, keptPerCountingMs * (now() - startedAt))
      },
      () => {
        current = undefined
      },
    )
    return counting
  }
}

/** Counts orders by the database's clock. */
async function countToday(db: Queryable): Promise<OrdersToday> {
  const now = await databaseNow(db)
  const today = startOf(beijingDay(now)).getTime()
  const currentHour = Math.floor(now.getTime() / hourMs) * hourMs
  const firstHour = currentHour - 23 * hourMs
  const [open, placed, delays] = await Promise.all([
    countOpen(db),
    countPlaced(db, new Date(firstHour)),
    readPaidDelays(db),
  ])
  const ofToday = placed.filter(({ hour }) => hour >= today)
  return {
    states: [
      ...openStatuses.map(status => stateOf(status, open)),
      ...finalStatuses.map(status => stateOf(status, ofToday)),
    ],
    hours: hoursOf(placed, firstHour),
    paidDelay: delayOf(delays),
    countedAt: now.toISOString(),
  }
}

interface Counted extends Record<string, unknown> {
  readonly status: OrderStatus
  readonly count: number
  /** When the oldest of them was placed, ms since 1970. */
  readonly oldest: number
}

/** `hour`: its beginning, ms since 1970. `paid`: those whose payment was accepted, refunded or not. */
interface Placed extends Counted {
  readonly hour: number
  readonly paid: number
}

/** All open orders by status, found by partial indexes. */
async function countOpen(db: Queryable): Promise<Counted[]> {
  return db.execute<Counted>(sql`
    select status, count(*)::int as count, (extract(epoch from min(created_at)) * 1000)::float8 as oldest
    from (
      (select status, created_at from orders where status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING')
       limit ${countedMax})
      union all
      (select status, created_at from orders where status = 'REINSTATING' limit ${countedMax})
    ) o group by status`)
}

/** The orders that were placed since then, the newest ones, by hour and status. */
async function countPlaced(db: Queryable, since: Date): Promise<Placed[]> {
  return db.execute<Placed>(sql`
    select (floor(extract(epoch from created_at) / 3600) * ${hourMs}::int)::float8 as hour, status,
           count(*)::int as count, count(*) filter (where is_paid)::int as paid,
           (extract(epoch from min(created_at)) * 1000)::float8 as oldest
    from (
      select status, created_at, payment is not null as is_paid from orders where order_id >= ${firstIdAt('ord', since)}
      order by order_id desc limit ${countedMax}
    ) o group by 1, 2`)
}

/** Of the newest paid orders: from Alipay's time of the payment to the order being PAID, ms. */
async function readPaidDelays(db: Queryable): Promise<number[]> {
  const rows = await db.execute<{ delay: number }>(sql`
    select (extract(epoch from paid_at::timestamptz - (payment ->> 'paidAt')::timestamptz) * 1000)::float8 as delay
    from (
      select payment, history from (
        select payment, history from orders order by order_id desc limit ${searchedForDelaysMax}
      ) newest where payment is not null limit ${delaysMax}
    ) o cross join lateral (
      select entry ->> 'at' as paid_at from jsonb_array_elements(history) entry where entry ->> 'to' = 'PAID' limit 1
    ) paid`)
  return rows.map(({ delay }) => Math.max(0, Math.round(delay)))
}

function stateOf(orderStatus: OrderStatus, counted: readonly Counted[]): State {
  const its = counted.filter(({ status }) => status === orderStatus)
  const oldest = its.map(one => one.oldest)
  return {
    orderStatus,
    count: sumOf(its),
    oldestAt: oldest.length === 0 ? null : new Date(Math.min(...oldest)).toISOString(),
  }
}

/** Without the hours that were counted in part only, because there are more orders than are counted. */
function hoursOf(placed: readonly Placed[], firstHour: number): OrdersToday['hours'] {
  const isComplete = sumOf(placed) < countedMax
  const countedFrom = isComplete ? firstHour : Math.min(...placed.map(({ hour }) => hour)) + hourMs
  return Array.from({ length: 24 }, (_, index) => firstHour + index * hourMs)
    .filter(hour => hour >= countedFrom)
    .map(from => {
      const its = placed.filter(({ hour }) => hour === from)
      const paid = its.reduce((sum, one) => sum + one.paid, 0)
      return { from: new Date(from).toISOString(), placed: sumOf(its), paid }
    })
}

function delayOf(delays: readonly number[]): OrdersToday['paidDelay'] {
  if (delays.length === 0) return null
  const sorted = delays.toSorted((one, other) => one - other)
  const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number
  return { orders: sorted.length, p50Ms: quantile(0.5), p95Ms: quantile(0.95) }
}

function sumOf(counted: readonly Counted[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0)
}
