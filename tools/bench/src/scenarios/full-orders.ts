import { inTurns } from './in-turns.ts'
import { manySkus, type Scenario } from './scenario.ts'

/** Orders with an address, a note, a reference, metadata and a quote, compared in turns with orders that have only lines. */
export const fullOrders: Scenario = {
  isAudited: true,
  async run(bench) {
    const measureFull = () => bench.checkouts(bench.sizes.orders, manySkus, 'full')
    await measureFull()
    const ways = [
      { name: 'only lines', measure: () => bench.checkouts() },
      { name: 'full orders', measure: measureFull },
    ] as const
    return inTurns(bench, ways, { rate: 0.95, cpu: 1.05 })
  },
}
