import type { Items } from '../load/shop.ts'
import type { MachineUse } from '../measure/machine-use.ts'
import { cpuMsEach, measure } from '../measure/meter.ts'
import { type Latency, perSecond, round, summarise } from '../measure/statistics.ts'
import type { BenchSystem } from '../system/bench-system.ts'

/** One round of whole checkouts. */
export interface CheckoutRound {
  ordersPerSecond: number
  place: Latency
  /** From Alipay's having taken the money until PAID. */
  paidAfterAlipay: Latency
  checkout: Latency
  cpuMsPerOrder: Record<string, number>
  walBytesPerOrder: number
  machine: MachineUse | undefined
  /** From the last order's being PAID until its stock was sold, ms. */
  settledMs: number
  done: number
  /** Orders whose answer came before their stock's verdict or Alipay's link was there. */
  late: number
  failures: string[]
}

/** Many SKUs, so that no order waits for another's. */
export const manySkus = Array.from({ length: 100 }, (_, index) => `bench-${index}`)
/** Stock that no run uses up; below what the probe of a new product asks for. */
export const plenty = 900_000

export const singleLines: Items[] = manySkus.map(sku => [{ sku, quantity: 1 }])

/** Runs whole checkouts and keeps count of what must be sold in the end. */
export class Checkouts {
  /** Orders that came to PAID so far. */
  paid = 0
  /** Units that they bought. */
  units = 0
  readonly failures: string[] = []
  readonly #system: BenchSystem

  constructor(system: BenchSystem) {
    this.#system = system
  }

  /** Runs so many orders and waits until the last unit of them is sold; CPU time counts until then. */
  async run(orders: number, shoppers: number, baskets: readonly Items[] = singleLines): Promise<CheckoutRound> {
    const units = baskets[0]!.reduce((sum, { quantity }) => sum + quantity, 0)
    const { result, cost } = await measure(this.#system, async () => {
      const load = await this.#system.load.ask('checkout', { orders, shoppers, baskets })
      this.paid += load.done
      this.units += load.done * units
      return { ...load, settledMs: await this.#system.untilSold(this.units) }
    })
    this.failures.push(...result.failures)
    return {
      ordersPerSecond: perSecond(result.done, result.elapsedMs),
      place: summarise(result.placeMs),
      paidAfterAlipay: summarise(result.paidMs),
      checkout: summarise(result.checkoutMs),
      cpuMsPerOrder: cpuMsEach(cost, result.done),
      walBytesPerOrder: Math.round(cost.walBytes / result.done),
      machine: cost.machine,
      settledMs: round(result.settledMs),
      done: result.done,
      late: result.late,
      failures: result.failures,
    }
  }
}
