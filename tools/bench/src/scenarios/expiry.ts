import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '@alipay-checkout/test-support'
import { countWork, loadStatementCounter } from '../measure/postgres-meter.ts'
import { redisMiB } from '../measure/redis-memory.ts'
import { round, summarise } from '../measure/statistics.ts'
import { type BenchSystem, databaseNames } from '../system/bench-system.ts'
import { readNumber } from '../system/books.ts'
import { countNotYet, idRange, insertBulk } from '../system/bulk-orders.ts'
import { manySkus, singleLines } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { highestRate, pacedConnections } from './paced.ts'
import type { Context, Mark } from './scenario.ts'

const usual = { due: 100_000, counted: 20_000 }
const quick = { due: 10_000, counted: 2_000 }
const dueWithinMs = 60_000
const lateMaxMs = 10_000
/** Of the highest rate. */
const pace = 0.5
/** New orders keep coming for longer than closing should take. */
const pacedSeconds = (dueWithinMs + lateMaxMs) / 1_000
/** Time to write the orders before the first is due, ms. */
const writingMs = 45_000

/** Many orders run out of time within a minute, while new ones keep coming. Nobody set timers for them: only the sweep finds them. */
export function runExpiry(context: Context) {
  const { options, log } = context
  const sizes = options.quick ? quick : usual
  return onSystem(context, { connections: pacedConnections }, async stage => {
    const { system, checkouts } = stage
    const highest = await highestRate(context, stage)
    const ordersPerSecond = round(highest * pace)
    const redisUrl = system.environment.REDIS_URL ?? ''
    const startsAt = Date.now() + writingMs
    const group = { kind: 'waiting', skus: manySkus } as const
    const due = { ...group, prefix: 'e0000001', count: sizes.due, dueFrom: new Date(startsAt), dueWithinMs }
    await insertBulk(system, due, log)
    const redisBefore = await redisMiB(redisUrl)
    if (Date.now() > startsAt) throw new Error(`writing ${sizes.due} orders took longer than ${writingMs} ms`)
    await delay(startsAt - Date.now())
    log(`the first of ${sizes.due} orders is due; ${ordersPerSecond} new orders/s come meanwhile`)
    const [load, closedMs] = await Promise.all([
      system.load.ask('paced', { ordersPerSecond, seconds: pacedSeconds, baskets: singleLines }),
      untilClosed(system, due.prefix, startsAt),
    ])
    checkouts.paid += load.done
    checkouts.units += load.done
    checkouts.failures.push(...load.failures)
    await system.untilSold(checkouts.units)
    const redisAfter = await redisMiB(redisUrl)
    const counted = { ...group, prefix: 'e0000002', count: sizes.counted, dueWithinMs: 1 }
    const work = await countClosing(system, counted, log)
    const mark: Mark = {
      what: `last of ${sizes.due} orders closed, s after the minute had begun`,
      value: round(closedMs / 1_000),
      mark: `≤ ${(dueWithinMs + lateMaxMs) / 1_000}`,
      met: closedMs <= dueWithinMs + lateMaxMs,
    }
    return {
      due: sizes.due,
      dueWithinSeconds: dueWithinMs / 1_000,
      lastClosedAfterSeconds: mark.value,
      newOrdersPerSecond: ordersPerSecond,
      newOrdersPaid: load.done,
      late: load.late,
      placeMsMeanwhile: summarise(load.placeMs),
      redisMiB: { before: redisBefore, after: redisAfter },
      ...work,
      marks: [mark],
    }
  })
}

/** When the last of a group was closed and its stock released, ms after `since` (ms since 1970). */
async function untilClosed(system: BenchSystem, prefix: string, since: number): Promise<number> {
  await waitUntil(async () => (await countNotYet(system, prefix, 'EXPIRED')) === 0, {
    what: 'every due order is closed',
    timeoutMs: 600_000,
    everyMs: 1_000,
  })
  const [from, to] = idRange(prefix)
  const range = `where order_id >= '${from}' and order_id < '${to}'`
  await waitUntil(
    async () =>
      (await readNumber(
        system.databases.inventory,
        `select count(*) from reservations ${range} and status <> 'RELEASED'`,
      )) === 0,
    { what: 'the stock of every closed order is on sale', timeoutMs: 60_000, everyMs: 500 },
  )
  const last = 'select extract(epoch from max(updated_at)) * 1000'
  const closed = await readNumber(system.databases.orders, `${last} from orders ${range}`)
  const released = await readNumber(system.databases.inventory, `${last} from reservations ${range}`)
  return Math.max(closed, released) - since
}

/** What the databases do to close a thousand orders that are due at once, with nothing else going on. */
async function countClosing(
  system: BenchSystem,
  group: Omit<Parameters<typeof insertBulk>[1], 'dueFrom'>,
  log: (line: string) => void,
) {
  await loadStatementCounter(system.sql)
  await system.restartPostgres()
  const startsAt = Date.now() + writingMs / 2
  await insertBulk(system, { ...group, dueFrom: new Date(startsAt) }, log)
  const work = await countWork(system.sql, databaseNames, async () => {
    await untilClosed(system, group.prefix, startsAt)
    return group.count / 1_000
  })
  return { statementsPerThousand: work.statementsPerOrder, transactionsPerThousand: work.transactionsPerOrder }
}
