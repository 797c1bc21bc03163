import { setTimeout as delay } from 'node:timers/promises'
import { type DatabaseUrls, waitUntil, withDatabase } from '@alipay-checkout/test-support'
import type { PaidTrade } from '../load/notifies.ts'
import { median, perSecond, round } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { type BenchSystem, priceFen } from '../system/bench-system.ts'
import { insertBulk } from '../system/bulk-orders.ts'
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
  audit: 'none',
  async run(bench) {
    const { system, sizes } = bench
    const empty = await measureRates(bench)
    await fill(bench)
    await bench.checkouts(sizes.warmUp)
    const scannedBefore = await scannedRows(system)
    const full = await measureRates(bench)
    const scanned = (await scannedRows(system)) - scannedBefore
    const lost = (before: number, after: number) => round((1 - after / before) * 100)
    return {
      figures: [
        figure('orders waiting for their payment', sizes.waiting, 'orders'),
        figure('orders paid long ago', sizes.old, 'orders'),
        figure('placed, empty tables', empty.placed, 'orders/s'),
        figure('placed, full tables', full.placed, 'orders/s'),
        below(figure('placed, loss', lost(empty.placed, full.placed), '%'), 15),
        figure('notifies to PAID, empty tables', empty.notified, '1/s'),
        figure('notifies to PAID, full tables', full.notified, '1/s'),
        below(figure('notifies, loss', lost(empty.notified, full.notified), '%'), 15),
        below(figure('rows read by scans of growing tables', scanned, 'rows'), 1),
      ],
      errors: [],
    }
  },
}

async function measureRates(bench: Bench): Promise<{ placed: number; notified: number }> {
  const { system, sizes, log } = bench
  const rounds = await bench.inRounds(async () => {
    const place = await system.worker.run('place', { orders: sizes.orders, shoppers, skus: manySkus })
    bench.failures.push(...place.failures)
    await system.worker.run('signNotifies', { signer: system.notifySigner, trades: await placePayable(bench) })
    const { result } = await bench.measure(() => system.worker.run('postNotifies', shoppers))
    const rates = { placed: perSecond(place.done, place.elapsedMs), notified: perSecond(result.done, result.elapsedMs) }
    log(`${rates.placed} orders/s placed, ${rates.notified} notifies/s`)
    return rates
  })
  return { placed: median(rounds.map(one => one.placed)), notified: median(rounds.map(one => one.notified)) }
}

let lastTrade = 0

/** Orders that can be paid, but were never opened at Alipay, so that payment-service does not query Alipay about them. */
async function placePayable({ system, sizes }: Bench): Promise<PaidTrade[]> {
  const load = await system.worker.run('placeUnopened', { orders: sizes.orders, shoppers, skus: manySkus })
  if (load.failures.length > 0) throw new Error(`orders could not be placed: ${load.failures[0]}`)
  const ids = load.orderIds
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
  return ids.map(outTradeNo => ({
    outTradeNo,
    // Alipay's numbers have 28 digits.
    tradeNo: `2026011522001${String(++lastTrade).padStart(15, '0')}`,
    totalFen: priceFen,
  }))
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
