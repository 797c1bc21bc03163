import { median, round } from '../measure/statistics.ts'
import { atLeast, below, figure } from '../result.ts'
import { manySkus, medianFigure, type Scenario } from './scenario.ts'

/** Orders with an address, a note, a reference, metadata and a quote, compared in turns with orders that have only lines. */
export const fullOrders: Scenario = {
  isAudited: true,
  async run(bench) {
    const { sizes, log } = bench
    await bench.checkouts(sizes.orders, manySkus, 'full')
    const rounds = await bench.inRounds(async index => {
      const measured = { plain: await bench.checkouts(), full: await bench.checkouts(sizes.orders, manySkus, 'full') }
      const { plain, full } = measured
      log(`round ${index + 1}: only lines ${plain.ordersPerSecond} orders/s, full ${full.ordersPerSecond}`)
      return measured
    })
    const rate = median(rounds.map(({ plain, full }) => full.ordersPerSecond / plain.ordersPerSecond))
    const cpu = median(rounds.map(({ plain, full }) => full.systemCpuMs / plain.systemCpuMs))
    return [
      medianFigure('only lines', 'orders/s', rounds, one => one.plain.ordersPerSecond),
      medianFigure('full orders', 'orders/s', rounds, one => one.full.ordersPerSecond),
      atLeast(figure('full orders ÷ only lines, orders/s', round(rate), ''), 0.95),
      medianFigure('CPU of the system, only lines', 'ms/order', rounds, one => one.plain.systemCpuMs),
      medianFigure('CPU of the system, full orders', 'ms/order', rounds, one => one.full.systemCpuMs),
      below(figure('full orders ÷ only lines, CPU', round(cpu), ''), 1.05),
    ]
  },
}
