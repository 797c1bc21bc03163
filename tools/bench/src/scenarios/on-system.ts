import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts'
import { Checkouts, manySkus, plenty } from './measure-checkouts.ts'
import { type Context, describeBreaks, describeFailures, type Mark, type Verdict } from './scenario.ts'

/** A warm system with plenty of many SKUs. */
export interface Stage {
  system: BenchSystem
  checkouts: Checkouts
}

/** What a scenario found, before its books are looked at. */
export type Findings = { marks: Mark[]; broken?: string[] }

interface StageOptions {
  /** Requests that may be under way at the gateway; as many as there are shoppers by default. */
  connections?: number
  /** Whether Alipay's books are audited too: not where payments were made up without it. */
  alipay?: boolean
  /** Whether the books are audited; they are compared with what was seen in any case. */
  audited?: boolean
}

/**
 * Runs a scenario on a system of its own: started, stocked up and warm; then its books are compared with what was seen
 * and audited, and it is stopped.
 */
export async function onSystem<Found extends Findings>(
  { options, log }: Context,
  { connections = options.shoppers, alipay = true, audited = true }: StageOptions,
  work: (stage: Stage) => Promise<Found>,
): Promise<Found & Verdict & { audited: { orders: number; alipay: string } | 'no' }> {
  const system = await startBenchSystem({ connections, log })
  try {
    await system.stockUp({ skus: manySkus, unitsEach: plenty })
    const checkouts = new Checkouts(system)
    log(`warming up with ${options.warmUp} orders …`)
    await checkouts.run(options.warmUp, options.shoppers)
    const found = await work({ system, checkouts })
    const books = await system.books()
    const report = audited ? await system.audit({ alipay }) : undefined
    const { paid, units, failures } = checkouts
    const agree = paid === books.ordersPaid && paid === books.paymentsPaid && units === books.unitsSold
    return {
      ...found,
      audited: report ? { orders: report.orders, alipay: report.alipay } : 'no',
      broken: [
        ...(found.broken ?? []),
        ...describeFailures(failures),
        ...(agree
          ? []
          : [`${paid} orders with ${units} units were seen PAID, but the books say ${JSON.stringify(books)}`]),
        ...(report ? describeBreaks(report) : []),
      ],
    }
  } finally {
    await system.stop()
  }
}
