import { withDatabase } from '@alipay-checkout/test-support'
import type { BenchSystem } from '../bench-system.ts'
import { insertBulk, paidOfPast } from '../bulk-orders.ts'
import { percentile } from '../measure/statistics.ts'
import { below, type Figure, figure } from '../result.ts'
import { type Bench, manySkus, type Scenario } from './scenario.ts'

const yearMs = 365 * 24 * 3_600_000
const pageLimit = 50
/** Pages of each list that are measured: the first ones, as people read them. */
const pagesOfList = 100
const p95MaxMs = 150

/** Lists of the admin API with millions of past orders in the databases. */
export const lists: Scenario = {
  // The bulk orders have no events and no trades.
  isAudited: false,
  async run(bench) {
    const { sizes } = bench
    await fill(bench)
    const figures: Figure[] = [figure('past orders', sizes.old, 'orders')]
    for (const [name, path] of Object.entries(measuredLists(new Date())))
      figures.push(await measureList(bench, name, path))
    return figures
  },
}

/** The lists as the console opens them, and the filters that find little. */
function measuredLists(now: Date): Record<string, string> {
  const monthAgo = new Date(now.getTime() - yearMs / 12).toISOString().slice(0, 10)
  return {
    'orders, newest': 'orders',
    'orders of a customer': 'orders?customer=bulk-4711',
    'orders, EXPIRED': 'orders?status=EXPIRED',
    'orders, refunded': 'orders?flag=refunded',
    'orders to a day, PAID': `orders?to=${monthAgo}&status=PAID`,
    'orders by a rare method': 'orders?method=alipay_jsapi',
    'orders of a high amount': 'orders?minFen=99999999',
    'payments, PAID': 'payments?state=PAID',
    'payments, EXPECTED': 'payments?state=EXPECTED',
    'payments of a day': `payments?paidOn=${monthAgo}`,
    'payments, unclear': 'payments?state=UNCLEAR',
    'refunds, SUCCEEDED': 'refunds?status=SUCCEEDED',
    'refunds of a day': `refunds?succeededOn=${monthAgo}`,
    'cases, open': 'cases?status=OPEN',
    search: 'search?q=bulk-4711',
  }
}

async function measureList({ system, log }: Bench, name: string, path: string): Promise<Figure> {
  const read = reader(system)
  const durationsMs: number[] = []
  let cursor = ''
  for (let page = 0; page < pagesOfList; page++) {
    const startedAt = performance.now()
    const { nextCursor } = await read(path, cursor)
    durationsMs.push(performance.now() - startedAt)
    cursor = nextCursor ?? ''
  }
  const p95 = percentile(durationsMs, 0.95)
  log(`${name}: p50 ${percentile(durationsMs, 0.5)} ms, p95 ${p95} ms`)
  return below(figure(`${name}, page p95`, p95, 'ms'), p95MaxMs)
}

function reader(system: BenchSystem) {
  const read = system.readAsStaff()
  return (path: string, cursor: string) => {
    const query = path.startsWith('search') ? {} : { limit: String(pageLimit), ...(cursor === '' ? {} : { cursor }) }
    const more = String(new URLSearchParams(query))
    const separator = path.includes('?') ? '&' : '?'
    return read<{ nextCursor?: string | null }>(more === '' ? path : `${path}${separator}${more}`)
  }
}

/** Inserts the orders of the last year, followed by what autovacuum would have done meanwhile. */
async function fill(bench: Bench): Promise<void> {
  const { system, sizes, log } = bench
  const yearAgo = new Date(Date.now() - yearMs)
  const past = {
    kind: 'past',
    skus: manySkus,
    prefix: '00000001',
    dueFrom: yearAgo,
    dueWithinMs: yearMs * 0.99,
  } as const
  await insertBulk(system, { ...past, count: sizes.old }, log)
  bench.paid += paidOfPast(sizes.old)
  for (const name of ['orders', 'payments', 'inventory'] as const) {
    await withDatabase(system.adminUrlOf(name), sql => sql`vacuum analyze`)
  }
  await system.checkpoint()
}
