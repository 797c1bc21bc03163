import { measure } from '../measure/meter.ts'
import { busiestPlans, type Plan } from '../measure/plans.ts'
import { loadStatementCounter, rowsReadWhole } from '../measure/postgres-meter.ts'
import { median, round } from '../measure/statistics.ts'
import { type BenchSystem, databaseNames } from '../system/bench-system.ts'
import { withClient } from '../system/books.ts'
import { insertBulk } from '../system/bulk-orders.ts'
import { type Checkouts, manySkus, singleLines } from './measure-checkouts.ts'
import { notifyRound } from './notify.ts'
import { onSystem } from './on-system.ts'
import { inRounds, loadFigures } from './rounds.ts'
import { below, type Context, describeFailures } from './scenario.ts'

/** Tables that grow with the number of orders: nobody may read them from end to end. */
const growing = ['orders', 'payments', 'attempts', 'notifies', 'reservations', 'inbox', 'idempotency_keys']
const yearMs = 365 * 24 * 3_600_000
/** None of the waiting orders gets due while we measure. */
const dueInMs = 2 * 3_600_000

interface Speed {
  placedPerSecond: number
  notifiesPerSecond: number
  failures: string[]
}

/** The speed of placing and of notifies with nothing in the tables, and with millions of orders. */
export function runBacklog(context: Context) {
  const { log, options } = context
  return onSystem(context, { alipay: false, audited: false }, async ({ system, checkouts }) => {
    await loadStatementCounter(system.sql)
    await system.restartPostgres()
    await system.sql`create extension if not exists pg_stat_statements`
    await checkouts.run(options.warmUp, options.shoppers)
    const empty = await measureSpeed(context, system, checkouts)
    const since = performance.now()
    await fill(context, system)
    checkouts.paid += options.old
    checkouts.units += options.old
    const fillSeconds = Math.round((performance.now() - since) / 1_000)
    await checkouts.run(options.warmUp, options.shoppers)
    const rowsBefore = await readWhole(system)
    await system.sql`select pg_stat_statements_reset()`
    const full = await measureSpeed(context, system, checkouts)
    const plans = await hotPlans(system)
    const rowsRead = (await readWhole(system)) - rowsBefore
    const lost = {
      placePercent: lostPercent(empty.placedPerSecond, full.placedPerSecond),
      notifyPercent: lostPercent(empty.notifiesPerSecond, full.notifiesPerSecond),
    }
    log(`lost: ${lost.placePercent} % of placing, ${lost.notifyPercent} % of notifies`)
    return {
      waiting: options.waiting,
      old: options.old,
      fillSeconds,
      empty: { placedPerSecond: empty.placedPerSecond, notifiesPerSecond: empty.notifiesPerSecond },
      full: { placedPerSecond: full.placedPerSecond, notifiesPerSecond: full.notifiesPerSecond },
      lost,
      hotStatements: plans,
      marks: [
        below('placing lost, %', lost.placePercent, 15),
        below('notifies lost, %', lost.notifyPercent, 15),
        below('rows read by going through a growing table from end to end', rowsRead, 1),
      ],
      broken: describeFailures([...empty.failures, ...full.failures]),
    }
  })
}

async function measureSpeed({ options, log }: Context, system: BenchSystem, checkouts: Checkouts): Promise<Speed> {
  const { orders, shoppers, rounds } = options
  const measured = await inRounds(rounds, async () => {
    const { result, cost } = await measure(system, () =>
      system.load.ask('place', { orders, shoppers, baskets: singleLines }),
    )
    const place = loadFigures(result.done, result.elapsedMs, cost)
    const notify = await notifyRound(system, checkouts, { orders, shoppers })
    log(`${place.perSecond} orders/s placed, ${notify.perSecond} notifies/s`)
    return { place, notify, failures: [...result.failures, ...notify.failures] }
  })
  return {
    placedPerSecond: round(median(measured.map(one => one.place.perSecond))),
    notifiesPerSecond: round(median(measured.map(one => one.notify.perSecond))),
    failures: measured.flatMap(one => one.failures),
  }
}

/** Millions of orders, and the housekeeping that a server would have done while they came. */
async function fill({ options, log }: Context, system: BenchSystem): Promise<void> {
  const group = { skus: manySkus }
  await insertBulk(
    system,
    {
      ...group,
      prefix: '01000000',
      count: options.old,
      kind: 'paid',
      dueFrom: new Date(Date.now() - yearMs),
      dueWithinMs: yearMs / 2,
    },
    log,
  )
  await insertBulk(
    system,
    {
      ...group,
      prefix: '01000001',
      count: options.waiting,
      kind: 'waiting',
      dueFrom: new Date(Date.now() + dueInMs),
      dueWithinMs: dueInMs,
    },
    log,
  )
  const tables = { orders: ['orders'], payments: ['payments', 'attempts'], inventory: ['reservations', 'stock_levels'] }
  await Promise.all(
    databaseNames.map(name =>
      withClient(system.databases[name], async client => {
        for (const table of tables[name]) await client.unsafe(`vacuum analyze ${table}`)
      }),
    ),
  )
  await system.sql`checkpoint`
}

async function readWhole(system: BenchSystem): Promise<number> {
  const rows = await Promise.all(databaseNames.map(name => rowsReadWhole(system.adminUrlOf(name), growing)))
  return rows.reduce((sum, one) => sum + one, 0)
}

async function hotPlans(system: BenchSystem): Promise<Plan[]> {
  const plans = databaseNames.map(name => busiestPlans(system.adminUrlOf(name), name))
  return (await Promise.all(plans)).flat()
}

function lostPercent(before: number, after: number): number {
  return round((1 - after / before) * 100)
}
