import { round } from '../measure/statistics.ts'
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
    const onlyLines = medianFigure('only lines', 'orders/s', rounds, one => one.plain.ordersPerSecond)
    const full = medianFigure('full orders', 'orders/s', rounds, one => one.full.ordersPerSecond)
    const onlyLinesCpu = medianFigure('CPU of the system, only lines', 'ms/order', rounds, one => one.plain.systemCpuMs)
    const fullCpu = medianFigure('CPU of the system, full orders', 'ms/order', rounds, one => one.full.systemCpuMs)
    return [
      onlyLines,
      full,
      atLeast(figure('full orders ÷ only lines, orders/s', round(full.value / onlyLines.value), ''), 0.95),
      onlyLinesCpu,
      fullCpu,
      below(figure('full orders ÷ only lines, CPU', round(fullCpu.value / onlyLinesCpu.value), ''), 1.05),
    ]
  },
}
