import { withDatabase } from '@alipay-checkout/test-support'
import { BenchSystem } from '../bench-system.ts'
import { type CheckoutResult, runCheckouts } from '../load/checkouts.ts'
import type { Method, OrderKind } from '../load/shop.ts'
import type { Machine } from '../measure/machine.ts'
import { type Cost, measure, systemCpuMs } from '../measure/meter.ts'
import { median, perSecond, summarise } from '../measure/statistics.ts'
import { below, type Figure, figure, type ScenarioResult } from '../result.ts'

/** How much is measured. 5,000 orders take about 7 s, so that a disturbance affects one round. */
export const usualSizes = {
  /** Orders of one round. */
  orders: 5_000,
  rounds: 3,
  /** Orders before the first measurement. Node compiles hot code for about 15 s. */
  warmUp: 12_000,
  baselineSeconds: 5,
  pacedSeconds: 30,
  singleOrders: 300,
  pages: 2_000,
  /** Orders that expire within a minute. */
  due: 100_000,
  /** Orders in the tables of `backlog`: waiting for their payment, and paid long ago. */
  waiting: 1_000_000,
  old: 5_000_000,
}

export type Sizes = typeof usualSizes

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

/** Orders after the services were suspended, before they are measured again. */
export const rewarmOrders = 300
/** Shoppers at the same time. */
export const shoppers = 256
/** Many SKUs, so that orders do not wait for each other's stock. */
export const manySkus = Array.from({ length: 100 }, (_, index) => `bench-${index}`)
/** More stock than any run sells, but fewer units than an order may not have. */
const plenty = 900_000

export type Log = (line: string) => void

/** What a run measures with. */
export interface BenchOptions {
  sizes: Sizes
  machine: Machine
  /** How orders are paid. */
  method: Method
  log: Log
  /** Of a system beside the first, and of its folder. */
  name?: string
  /** Settings of its processes beside the usual ones. */
  environment?: Readonly<Record<string, string>>
}

/** A running, warm system with its products on sale. */
export class Bench {
  readonly system: BenchSystem
  readonly options: BenchOptions
  readonly sizes: Sizes
  readonly machine: Machine
  readonly log: Log
  /** Orders that must be PAID, each of one unit. */
  paid = 0
  /** Reasons of failed orders. */
  readonly failures: string[] = []
  /** What else is wrong with the orders. */
  readonly errors: string[] = []

  constructor(system: BenchSystem, options: BenchOptions) {
    const { sizes, machine, log } = options
    this.system = system
    this.options = options
    this.sizes = sizes
    this.machine = machine
    this.log = log
  }

  /** Measures a load, from its start until every unit that it bought is sold. `further`: see `measure`. */
  async measure<Load extends { done: number; failures: string[] }>(
    load: () => Promise<Load>,
    further?: ReadonlyMap<string, number>,
  ): Promise<{ result: Load; cost: Cost }> {
    const measured = await measure(
      this.system,
      async () => {
        const result = await load()
        this.paid += result.done
        await this.system.untilSold(this.paid)
        return result
      },
      further,
    )
    this.failures.push(...measured.result.failures)
    return measured
  }

  /** Measures whole checkouts. */
  async checkouts(
    orders = this.sizes.orders,
    skus: readonly string[] = manySkus,
    kind: OrderKind = 'plain',
  ): Promise<CheckoutRound> {
    const load = { orders, shoppers, skus, kind }
    const { result, cost } = await this.measure(() => runCheckouts(this.system.shop, load))
    return checkoutRound(result, cost)
  }

  /** The highest rate of whole checkouts, measured now, orders/s. */
  async highestRate(): Promise<number> {
    const rates = [await this.checkouts(), await this.checkouts()].map(one => one.ordersPerSecond)
    return Math.max(...rates)
  }

  /** Does something in every round. */
  async inRounds<T>(work: (index: number) => Promise<T>): Promise<T[]> {
    const results: T[] = []
    for (let index = 0; index < this.sizes.rounds; index++) results.push(await work(index))
    return results
  }
}

export type CheckoutRound = ReturnType<typeof checkoutRound>

/** Figures of one round of checkouts. */
export function checkoutRound(result: CheckoutResult, cost: Cost) {
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

/** The figure that is the median over rounds. */
export function medianFigure<T>(name: string, unit: string, rounds: readonly T[], pick: (one: T) => number): Figure {
  return figure(name, median(rounds.map(pick)), unit)
}

/** Durations and CPU time of whole checkouts, as medians. @param placeP99MaxMs a target */
export function checkoutFigures(rounds: readonly CheckoutRound[], placeP99MaxMs?: number): Figure[] {
  const placeP99 = medianFigure('place p99', 'ms', rounds, one => one.place.p99)
  return [
    medianFigure('place p50', 'ms', rounds, one => one.place.p50),
    placeP99MaxMs === undefined ? placeP99 : below(placeP99, placeP99MaxMs),
    medianFigure('paid after payment p50', 'ms', rounds, one => one.paidAfterPayment.p50),
    medianFigure('paid after payment p99', 'ms', rounds, one => one.paidAfterPayment.p99),
    medianFigure('whole checkout p50', 'ms', rounds, one => one.checkout.p50),
    medianFigure('whole checkout p99', 'ms', rounds, one => one.checkout.p99),
    medianFigure('CPU of the system', 'ms/order', rounds, one => one.systemCpuMs),
  ]
}

export interface Scenario {
  /** Whether its orders have all that the audit compares. */
  isAudited: boolean
  run(bench: Bench): Promise<Figure[]>
}

/** Runs a scenario on a system of its own, compares the databases with what the shoppers saw, and audits them. */
export async function runScenario(scenario: Scenario, options: BenchOptions): Promise<ScenarioResult> {
  const { result: figures, errors } = await withWarmBench(options, scenario.run, scenario.isAudited)
  return { figures, errors }
}

/** Does something with a system of its own that is warm. Returns also what is wrong with its orders. */
export async function withWarmBench<T>(
  options: BenchOptions,
  work: (bench: Bench) => Promise<T>,
  isAudited = true,
): Promise<{ result: T; errors: string[] }> {
  const { sizes, log } = options
  const system = await BenchSystem.start({ connections: shoppers, ...options })
  try {
    await system.putOnSale(manySkus, plenty)
    const bench = new Bench(system, options)
    log(`warming up with ${sizes.warmUp} orders …`)
    await bench.checkouts(sizes.warmUp)
    if (bench.failures.length > 0) throw new Error(`the warm-up failed: ${countReasons(bench.failures).join('; ')}`)
    const result = await work(bench)
    return { result, errors: [...bench.errors, ...countReasons(bench.failures), ...(await verify(bench, isAudited))] }
  } finally {
    await system.stop()
  }
}

async function verify({ system, paid }: Bench, isAudited: boolean): Promise<string[]> {
  const count = (url: string, query: string) =>
    withDatabase(url, async sql => Number((await sql.unsafe<{ n: string }[]>(query))[0]?.n))
  const counts = {
    ordersPaid: await count(system.databases.orders, `select count(*) n from orders where status = 'PAID'`),
    paymentsPaid: await count(system.databases.payments, `select count(*) n from payments where status = 'PAID'`),
    unitsSold: await count(system.databases.inventory, 'select coalesce(sum(sold), 0) n from stock_levels'),
  }
  const isRight = Object.values(counts).every(one => one === paid)
  const errors = isRight ? [] : [`${paid} orders were seen PAID, but the databases have ${JSON.stringify(counts)}`]
  if (!isAudited) return errors
  const { breaks } = await system.audit()
  return [...errors, ...breaks.slice(0, 10).map(({ promise, about, what }) => `promise ${promise}, ${about}: ${what}`)]
}

/** Reasons of failures, each once with its count. */
function countReasons(reasons: readonly string[]): string[] {
  const counts = Map.groupBy(reasons, reason => reason)
  return [...counts].slice(0, 5).map(([reason, { length }]) => `${length} × ${reason}`)
}
