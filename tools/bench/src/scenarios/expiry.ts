import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil, withDatabase } from '@alipay-checkout/test-support'
import type { BenchSystem } from '../bench-system.ts'
import { idRange, insertBulk } from '../bulk-orders.ts'
import { runPaced } from '../load/checkouts.ts'
import { round, summarise } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { manySkus, type Scenario } from './scenario.ts'

const dueWithinMs = 60_000
const lateMaxMs = 10_000
/** New orders come at this share of the highest rate. */
const share = 0.5
/** Time to write the orders before the first is due, ms. */
const writingMs = 45_000
const prefix = 'e0000001'

/** Many orders expire within a minute while new ones come. They have no timers in Redis: only the sweep finds them. */
export const expiry: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, sizes, log } = bench
    const ordersPerSecond = round((await bench.highestRate()) * share)
    const startsAt = Date.now() + writingMs
    const due = { prefix, count: sizes.due, dueFrom: new Date(startsAt), dueWithinMs, skus: manySkus }
    await insertBulk(system, { ...due, kind: 'waiting' }, log)
    if (Date.now() > startsAt) throw new Error(`writing ${sizes.due} orders took longer than ${writingMs} ms`)
    await delay(startsAt - Date.now())
    log(`the first of ${sizes.due} orders is due; ${ordersPerSecond} new orders/s come meanwhile`)
    const load = { ordersPerSecond, seconds: (dueWithinMs + lateMaxMs) / 1_000, skus: manySkus }
    const [{ result }, closedMs] = await Promise.all([
      bench.measure(() => runPaced([system.shop], load)),
      untilClosed(system, startsAt),
    ])
    const place = summarise(result.placeMs)
    return [
      figure('orders that expire within 60 s', sizes.due, 'orders'),
      below(figure('last closed after', round(closedMs / 1_000), 's'), (dueWithinMs + lateMaxMs) / 1_000),
      figure('new orders meanwhile', ordersPerSecond, 'orders/s'),
      figure('place p50 meanwhile', place.p50, 'ms'),
      figure('place p99 meanwhile', place.p99, 'ms'),
    ]
  },
}

/** When the last order was closed and its stock released, ms after `since`. */
async function untilClosed({ databases }: BenchSystem, since: number): Promise<number> {
  const [from, to] = idRange(prefix)
  const range = `order_id >= '${from}' and order_id < '${to}'`
  const lastChange = (url: string, table: string, status: string) =>
    withDatabase(url, async sql => {
      const isDone = async () =>
        (await sql.unsafe(`select 1 from ${table} where ${range} and status <> '${status}' limit 1`)).length === 0
      await waitUntil(isDone, { what: `all ${table} are ${status}`, timeoutMs: 600_000, everyMs: 1_000 })
      const last = `select extract(epoch from max(updated_at)) * 1000 as ms from ${table} where ${range}`
      return Number((await sql.unsafe<{ ms: string }[]>(last))[0]?.ms)
    })
  const closed = await lastChange(databases.orders, 'orders', 'EXPIRED')
  const released = await lastChange(databases.inventory, 'reservations', 'RELEASED')
  return Math.max(closed, released) - since
}
