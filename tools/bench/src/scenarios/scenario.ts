import { withDatabase } from '@alipay-checkout/test-support'
import type { CheckoutResult } from '../load/orders.ts'
import { type Cost, measure, systemCpuMs } from '../measure/meter.ts'
import { type Latency, perSecond, summarise } from '../measure/statistics.ts'
import type { ScenarioResult } from '../result.ts'
import { BenchSystem } from '../system/bench-system.ts'

/** How much is measured. */
export interface Sizes {
  /** Orders of one round. */
  orders: number
  rounds: number
  /** Orders before the first measurement. */
  warmUp: number
  baselineSeconds: number
  pacedSeconds: number
  singleOrders: number
  pages: number
  /** Orders that expire within a minute. */
  due: number
  /** Orders in the tables of `backlog`: waiting for their payment, and paid long ago. */
  waiting: number
  old: number
}

// 5,000 orders take about 7 s, so that a disturbance affects one round. Node compiles hot code for about 15 s.
export const usualSizes: Sizes = {
  orders: 5_000,
  rounds: 3,
  warmUp: 12_000,
  baselineSeconds: 5,
  pacedSeconds: 30,
  singleOrders: 300,
  pages: 2_000,
  due: 100_000,
  waiting: 1_000_000,
  old: 5_000_000,
}

export const quickSizes: Sizes = {
  orders: 600,
  rounds: 2,
  warmUp: 800,
  baselineSeconds: 3,
  pacedSeconds: 10,
  singleOrders: 100,
  pages: 200,
  due: 10_000,
  waiting: 50_000,
  old: 100_000,
}

/** Shoppers at the same time. */
export const shoppers = 256
/** Many SKUs, so that orders do not wait for each other's stock. */
export const manySkus = Array.from({ length: 100 }, (_, index) => `bench-${index}`)
/** More stock than any run sells, but fewer units than an order may not have. */
const plenty = 900_000

export type Log = (line: string) => void

/** A running, warm system with its products on sale. */
export class Bench {
  readonly system: BenchSystem
  readonly sizes: Sizes
  readonly log: Log
  /** Orders that must be PAID, each of one unit. */
  paid = 0
  readonly failures: string[] = []

  constructor(system: BenchSystem, sizes: Sizes, log: Log) {
    this.system = system
    this.sizes = sizes
    this.log = log
  }

  /** Measures a load, from its start until every unit that it bought is sold. */
  async measure<Load extends { done: number; failures: string[] }>(
    load: () => Promise<Load>,
  ): Promise<{ result: Load; cost: Cost }> {
    const measured = await measure(this.system, async () => {
      const result = await load()
      this.paid += result.done
      await this.system.untilSold(this.paid)
      return result
    })
    this.failures.push(...measured.result.failures)
    return measured
  }

  /** Measures whole checkouts. */
  async checkouts(orders = this.sizes.orders, skus: readonly string[] = manySkus): Promise<CheckoutRound> {
    const { worker } = this.system
    const { result, cost } = await this.measure(() => worker.run('checkout', { orders, shoppers, skus }))
    return checkoutRound(result, cost)
  }

  /** Does something in every round. */
  async inRounds<T>(work: (index: number) => Promise<T>): Promise<T[]> {
    const results: T[] = []
    for (let index = 0; index < this.sizes.rounds; index++) results.push(await work(index))
    return results
  }
}

/** Figures of one round of checkouts. */
export interface CheckoutRound {
  done: number
  ordersPerSecond: number
  place: Latency
  paidAfterPayment: Latency
  checkout: Latency
  late: number
  systemCpuMs: number
  cost: Cost
}

export function checkoutRound(result: CheckoutResult, cost: Cost): CheckoutRound {
  return {
    done: result.done,
    ordersPerSecond: perSecond(result.done, result.elapsedMs),
    place: summarise(result.placeMs),
    paidAfterPayment: summarise(result.paidMs),
    checkout: summarise(result.checkoutMs),
    late: result.late,
    systemCpuMs: systemCpuMs(cost, result.done),
    cost,
  }
}

/** A scenario, and what of it can be audited. */
export interface Scenario {
  /** `without Alipay` where the simulator did not take part in every payment. */
  audit: 'all' | 'without Alipay' | 'none'
  run(bench: Bench): Promise<ScenarioResult>
}

/** Runs a scenario on a system of its own, compares the databases with what the shoppers saw, and audits them. */
export async function runScenario(scenario: Scenario, sizes: Sizes, log: Log): Promise<ScenarioResult> {
  const system = await BenchSystem.start({ connections: shoppers, log })
  try {
    await system.putOnSale(manySkus, plenty)
    const bench = new Bench(system, sizes, log)
    log(`warming up with ${sizes.warmUp} orders …`)
    await bench.checkouts(sizes.warmUp)
    if (bench.failures.length > 0) throw new Error(`the warm-up failed: ${countReasons(bench.failures).join('; ')}`)
    const { figures, errors } = await scenario.run(bench)
    return { figures, errors: [...errors, ...countReasons(bench.failures), ...(await verify(bench, scenario.audit))] }
  } finally {
    await system.stop()
  }
}

async function verify({ system, paid }: Bench, kind: Scenario['audit']): Promise<string[]> {
  const count = (url: string, query: string) =>
    withDatabase(url, async sql => Number((await sql.unsafe<{ n: string }[]>(query))[0]?.n))
  const counts = {
    ordersPaid: await count(system.databases.orders, `select count(*) n from orders where status = 'PAID'`),
    paymentsPaid: await count(system.databases.payments, `select count(*) n from payments where status = 'PAID'`),
    unitsSold: await count(system.databases.inventory, 'select coalesce(sum(sold), 0) n from stock_levels'),
  }
  const isRight = Object.values(counts).every(one => one === paid)
  const errors = isRight ? [] : [`${paid} orders were seen PAID, but the databases have ${JSON.stringify(counts)}`]
  if (kind === 'none') return errors
  const { breaks } = await system.audit({ alipay: kind === 'all' })
  return [...errors, ...breaks.slice(0, 10).map(({ promise, about, what }) => `promise ${promise}, ${about}: ${what}`)]
}

/** Reasons of failures, each once with its count. */
export function countReasons(reasons: readonly string[]): string[] {
  const counts = Map.groupBy(reasons, reason => reason)
  return [...counts].slice(0, 5).map(([reason, { length }]) => `${length} × ${reason}`)
}
