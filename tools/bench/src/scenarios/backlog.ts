import { setTimeout as delay } from 'node:timers/promises'
import { type DatabaseUrls, waitUntil, withDatabase } from '@alipay-checkout/test-support'
import { type BenchSystem, priceFen } from '../bench-system.ts'
import { insertBulk } from '../bulk-orders.ts'
import { placeOrders } from '../load/checkouts.ts'
import { closedLoop, type LoadResult } from '../load/closed-loop.ts'
import type { Shop } from '../load/shop.ts'
import { median, perSecond, round } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { type Bench, manySkus, type Scenario, shoppers } from './scenario.ts'

/** Tables that grow with the number of orders: no statement may scan them. */
const growing = ['orders', 'payments', 'attempts', 'notifies', 'reservations', 'inbox', 'idempotency_keys']
const databaseNames = ['orders', 'payments', 'inventory'] as const satisfies (keyof DatabaseUrls)[]
const yearMs = 365 * 24 * 3_600_000
/** No waiting order expires during the measurement. */
const dueInMs = 2 * 3_600_000
/** PostgreSQL sessions report their statistics within 10 s. */
const statisticsDelayMs = 11_000

/** Placing and notifies with empty tables, and with millions of orders in them. */
export const backlog: Scenario = {
  // The bulk orders have no events and no trades.
  isAudited: false,
  async run(bench) {
    const { system, sizes } = bench
    const empty = await measureRates(bench)
    await fill(bench)
    await bench.checkouts(sizes.warmUp)
    const scannedBefore = await scannedRows(system)
    const full = await measureRates(bench)
    const scanned = (await scannedRows(system)) - scannedBefore
    const lost = (before: number, after: number) => round((1 - after / before) * 100)
    return [
      figure('orders waiting for their payment', sizes.waiting, 'orders'),
      figure('orders paid long ago', sizes.old, 'orders'),
      figure('placed, empty tables', empty.placed, 'orders/s'),
      figure('placed, full tables', full.placed, 'orders/s'),
      below(figure('placed, loss', lost(empty.placed, full.placed), '%'), 15),
      figure('notifies to PAID, empty tables', empty.notified, '1/s'),
      figure('notifies to PAID, full tables', full.notified, '1/s'),
      below(figure('notifies, loss', lost(empty.notified, full.notified), '%'), 15),
      below(figure('rows read by scans of growing tables', scanned, 'rows'), 1),
    ]
  },
}

async function measureRates(bench: Bench): Promise<{ placed: number; notified: number }> {
  const { system, sizes, log } = bench
  const rounds = await bench.inRounds(async () => {
    const place = await placeOrders(system.shop, { orders: sizes.orders, shoppers, skus: manySkus })
    bench.failures.push(...place.failures)
    // Signed before, so that signing is not part of the load.
    const notifies = signNotifies(system.shop, await placePayable(bench))
    const { result } = await bench.measure(() => postNotifies(system.shop, notifies))
    const rates = { placed: perSecond(place.done, place.elapsedMs), notified: perSecond(result.done, result.elapsedMs) }
    log(`${rates.placed} orders/s placed, ${rates.notified} notifies/s`)
    return rates
  })
  return { placed: median(rounds.map(one => one.placed)), notified: median(rounds.map(one => one.notified)) }
}

let lastTrade = 0

/** Orders that can be paid, but were never opened at Alipay, so that payment-service does not query Alipay about them. */
async function placePayable({ system, sizes }: Bench): Promise<string[]> {
  const ids: string[] = []
  const { failures } = await closedLoop({ count: sizes.orders, concurrency: shoppers }, async index => {
    ids.push(await system.shop.placeAsync(index, manySkus[index % manySkus.length]!))
  })
  if (failures.length > 0) throw new Error(`orders could not be placed: ${failures[0]}`)
  const haveStatus = (name: 'orders' | 'payments', status: string) =>
    withDatabase(system.databases[name], async sql => {
      // Must not count as a scan of a growing table.
      await sql`set enable_seqscan = off`
      const isReached = async () => {
        const rows = await sql`select 1 from ${sql(name)} where order_id = any(${ids}) and status = ${status}`
        return rows.length === ids.length
      }
      await waitUntil(isReached, { what: `all ${name} are ${status}`, timeoutMs: 60_000, everyMs: 200 })
    })
  await Promise.all([haveStatus('orders', 'PENDING_PAYMENT'), haveStatus('payments', 'EXPECTED')])
  return ids
}

function signNotifies(shop: Shop, orderIds: readonly string[]) {
  return orderIds.map(orderId => {
    // Alipay's numbers have 28 digits.
    const tradeNo = `2026011522001${String(++lastTrade).padStart(15, '0')}`
    return { orderId, form: shop.signNotify({ outTradeNo: orderId, tradeNo, totalFen: priceFen }) }
  })
}

/** Posts the notifies and waits until every order is PAID. */
function postNotifies(shop: Shop, notifies: ReturnType<typeof signNotifies>): Promise<LoadResult> {
  return closedLoop({ count: notifies.length, concurrency: shoppers }, async index => {
    const { orderId, form } = notifies[index]!
    const paid = shop.paid.next(orderId)
    await shop.notify(form)
    await paid
  })
}

/** Inserts the orders, followed by what autovacuum would have done meanwhile. */
async function fill(bench: Bench): Promise<void> {
  const { system, sizes, log } = bench
  const [yearAgo, soon] = [new Date(Date.now() - yearMs), new Date(Date.now() + dueInMs)]
  const old = { kind: 'paid', skus: manySkus, prefix: '01000000', dueFrom: yearAgo, dueWithinMs: yearMs / 2 } as const
  const waiting = { kind: 'waiting', skus: manySkus, prefix: '01000001', dueFrom: soon, dueWithinMs: dueInMs } as const
  await insertBulk(system, { ...old, count: sizes.old }, log)
  await insertBulk(system, { ...waiting, count: sizes.waiting }, log)
  bench.paid += sizes.old
  const tables = { orders: ['orders'], payments: ['payments', 'attempts'], inventory: ['reservations', 'stock_levels'] }
  await Promise.all(
    databaseNames.map(name =>
      withDatabase(system.databases[name], async sql => {
        for (const table of tables[name]) await sql`vacuum analyze ${sql(table)}`
      }),
    ),
  )
  await system.checkpoint()
}

/** Rows of growing tables that sequential scans have read since the databases were created. */
async function scannedRows(system: BenchSystem): Promise<number> {
  await delay(statisticsDelayMs)
  const rows = await Promise.all(
    databaseNames.map(name =>
      withDatabase(
        system.adminUrlOf(name),
        sql => sql<{ rows: string }[]>`
          select coalesce(sum(seq_tup_read), 0) as rows from pg_stat_user_tables where relname = any(${growing})`,
      ),
    ),
  )
  return rows.reduce((sum, [row]) => sum + Number(row?.rows), 0)
}
